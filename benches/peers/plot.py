"""How each cost grows, as two pictures (SVG)."""

from __future__ import annotations

from pathlib import Path

RECORDS = {
    "write": "write, 100 to a commit: CPU µs a record",
    "read": "n reads in a session, 100 to a transaction: CPU µs a record",
    "open": "open and sign in: CPU µs",
    "bytes": "file: bytes a record",
}
LOG = {
    "log append": "append: CPU µs an entry",
    "log prove": "a proof of inclusion: CPU µs",
    "log check": "checking a proof: CPU µs",
}


def draw(growth: dict, folder: Path) -> list[Path]:
    """Writes both pictures; none if there is no matplotlib."""
    try:
        import matplotlib
    except ImportError:
        return []
    matplotlib.use("svg")
    # Text stays text, and the same figures make the same file.
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "saferoom", "font.size": 8})
    return [
        picture(growth, RECORDS, "records", folder / "peers_records.svg", 2),
        picture(growth, LOG, "entries", folder / "peers_log.svg", 3),
    ]


def picture(growth: dict, panels: dict[str, str], what: str, path: Path, columns: int) -> Path:
    from matplotlib import pyplot

    rows = -(-len(panels) // columns)
    figure, axes = pyplot.subplots(rows, columns, figsize=(4.2 * columns, 3.1 * rows), squeeze=False)
    for axis, (name, title) in zip(axes.flat, panels.items(), strict=True):
        for program, costs in growth[name].items():
            ours = program.startswith("saferoom")
            axis.plot(list(costs), list(costs.values()), marker="o", markersize=3, linewidth=2 if ours else 1, label=program)
        axis.set(xscale="log", yscale="log", xlabel=what, title=title)
        axis.grid(alpha=0.3)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=4, frameon=False)
    figure.tight_layout(rect=(0, 0.04 + 0.06 / rows, 1, 1))
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
    return path
