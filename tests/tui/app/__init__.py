"""The application through Pilot: what keys and mouse do, and what is in the database after."""
