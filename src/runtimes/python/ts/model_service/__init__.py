"""Classes that handlers of old were derived from."""
