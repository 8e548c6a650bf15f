"""A session by subject; :class:`saferoom.Session` joins the parts."""
