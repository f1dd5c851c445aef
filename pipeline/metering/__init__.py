"""Serves metrics, health and readiness; alone, or mounted into another application."""

from pipeline.metering.app import build_metering

__all__ = ["build_metering"]
