"""Command lines of TorchServe, for code that reads them."""

from __future__ import annotations

import argparse


class ArgParser:
    """The parsers by TorchServe's names."""

    @staticmethod
    def ts_parser() -> argparse.ArgumentParser:
        """The options of the command `torchserve`."""
        parser = argparse.ArgumentParser(prog="torchserve", description="Torchserve")
        actions = parser.add_mutually_exclusive_group(required=False)
        actions.add_argument("-v", "--version", action="store_true", help="print the version")
        actions.add_argument("--start", action="store_true", help="start the server")
        actions.add_argument("--stop", action="store_true", help="stop the server that runs")
        parser.add_argument("--ts-config", dest="ts_config", help="configuration file")
        parser.add_argument("--model-store", dest="model_store", help="folder of the archives")
        parser.add_argument("--workflow-store", dest="workflow_store", help="folder of the workflow archives")
        parser.add_argument(
            "--models", nargs="+", metavar="MODEL_PATH1 MODEL_NAME=MODEL_PATH2...", help="models"
        )
        parser.add_argument("--log-config", dest="log_config", help="layout of the log files")
        parser.add_argument(
            "--cpp-log-config", dest="cpp_log_config", help="layout of C++ workers' log files"
        )
        parser.add_argument("--foreground", action="store_true", help="stay in this terminal")
        parser.add_argument("--no-config-snapshots", "--ncs", dest="no_config_snapshots", action="store_true")
        parser.add_argument("--plugins-path", "--ppath", dest="plugins_path", help="folders of plug-ins")
        parser.add_argument("--disable-token-auth", dest="token_auth", action="store_true")
        parser.add_argument("--enable-model-api", dest="model_mode", action="store_true")
        return parser

    @staticmethod
    def model_service_worker_args() -> argparse.ArgumentParser:
        """The options with which TorchServe starts its workers."""
        parser = argparse.ArgumentParser(prog="model-server-worker", description="Model Server Worker")
        parser.add_argument("--sock-type", required=True, dest="sock_type", choices=["unix", "tcp"])
        parser.add_argument("--sock-name", dest="sock_name")
        parser.add_argument("--host", dest="host")
        parser.add_argument("--port", dest="port")
        parser.add_argument("--metrics-config", dest="metrics_config")
        parser.add_argument("--async", dest="async_comm", action="store_true")
        return parser

    @staticmethod
    def extract_args(args: list[str] | None = None) -> argparse.Namespace:
        """The options of `torchserve` on this command line; other words are left alone."""
        known, _ = ArgParser.ts_parser().parse_known_args(args)
        return known
