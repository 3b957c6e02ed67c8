"""Request envelopes: `service_envelope` names one of these modules, whose class stands between requests and handler."""
