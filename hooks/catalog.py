"""The MkDocs hook of this repository: the plugin's events, exported for `hooks:`."""

from agent_catalog.plugin import CatalogPlugin

_plugin = CatalogPlugin()

on_startup = _plugin.on_startup
on_config = _plugin.on_config
on_files = _plugin.on_files
on_nav = _plugin.on_nav
on_env = _plugin.on_env
on_page_content = _plugin.on_page_content
on_page_context = _plugin.on_page_context
on_post_page = _plugin.on_post_page
on_post_build = _plugin.on_post_build
on_post_template = _plugin.on_post_template
on_serve = _plugin.on_serve
