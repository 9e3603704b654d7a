"""The agreement report, adjudication, and the commands for both."""
