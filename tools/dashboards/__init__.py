"""A system's dashboards in a browser, over any Prometheus, without Grafana."""
