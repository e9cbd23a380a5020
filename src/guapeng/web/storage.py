"""Static files under names that change with their content."""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined] # noqa: SLF001


class AssetStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage, with the names inside our JavaScript modules replaced as well.

    Without it ``import "./drafts.js"`` would name a file that a browser may keep after an upgrade.
    Only our own folders: scripts of others mention in comments what they do not import.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        *((folder, _IMPORTS) for folder in ("web/js/*.js", "grids/js/*.js")),
    )
