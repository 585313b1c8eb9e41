"""The phases as Prefect flows and their deployments. The only room that knows Prefect."""
