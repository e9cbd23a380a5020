"""Registration of the files."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Contents by their hash, in a folder or a bucket."""

    name = "guapeng.kernel.files"
    label = "files"
