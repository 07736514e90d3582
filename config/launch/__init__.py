"""The bootstrap behind `manage.py`: environment, embedded services, supervision.

Standard library only: all of it runs before anything is installed. The one exception is
`connection_probe`, which is never imported and runs as a script inside the environment.
"""
