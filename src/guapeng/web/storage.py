"""Static files under names that change with their content."""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage


class AssetStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage, with the names inside our JavaScript modules replaced as well.

    Without it ``import "./drafts.js"`` would name a file that a browser may keep after an upgrade.
    Only our own folder: scripts of others mention in comments what they do not import.
    """

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = (
        "web/js/*.js",
        HashedFilesMixin._js_module_import_aggregation_patterns[1],  # type: ignore[attr-defined] # noqa: SLF001
    )
