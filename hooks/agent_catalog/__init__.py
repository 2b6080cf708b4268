"""The agent catalog: folders of AI agent files in, a documentation site out.

Data runs one way, and each stage can be used alone:

- [`agent_catalog.reading`][]: bytes to fields, fields to agents;
- [`agent_catalog.model`][]: what all the rest speaks, frozen and free of I/O;
- [`agent_catalog.publishing`][]: a catalog to pages, JSON and raw files;
- [`agent_catalog.reviewing`][]: two catalogs to what changed for a user of the agents;
- [`agent_catalog.plugin`][]: the adapter that hands them to MkDocs.
"""
