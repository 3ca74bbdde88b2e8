"""How Airflow runs the library's stages: nothing here knows about prices or models."""
