"""Render: from frames to pictures, maps and tables; the only code that knows colours."""
