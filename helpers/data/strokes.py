"""Pen strokes made from images of handwriting: thin the ink to a line, follow it, space it evenly.

A point is (x, y) in pixels: the column from the left, then the row from the top.
"""

from __future__ import annotations

import heapq

import numpy as np

# The eight neighbours of a pixel in the order of Zhang and Suen: north first, then clockwise.
_AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
_FEWEST = 8  # pixels of a skeleton that is long enough to follow

Pixel = tuple[int, int]


def thin(ink: np.ndarray) -> np.ndarray:
    """Peel ink off its border until lines of one pixel are left.

    Args:
        ink: bool (n, h, w), True where there is ink.

    Returns:
        bool (n, h, w), the skeletons: part of the ink. No piece of it is cut in two.

    Raises:
        ValueError: another shape.

    Reference: Zhang and Suen, A fast parallel algorithm for thinning digital patterns, 1984.
    """
    if np.ndim(ink) != 3:
        raise ValueError(f"ink must have shape (n, h, w). Received: {np.shape(ink)}")
    lines = np.pad(np.asarray(ink, bool), ((0, 0), (1, 1), (1, 1)))
    moving = np.arange(len(lines))
    while len(moving):
        part = lines[moving]
        gone = _peel(part, first=True)
        gone |= _peel(part, first=False)
        lines[moving] = part
        moving = moving[gone]
    return lines[:, 1:-1, 1:-1]


def _peel(lines: np.ndarray, *, first: bool) -> np.ndarray:
    """Take one layer off two sides, in place; return which images lost a pixel, (n,)."""
    height, width = (side - 2 for side in lines.shape[1:])
    near = [
        lines[:, 1 + down : 1 + down + height, 1 + right : 1 + right + width]
        for down, right in _AROUND
    ]
    count = np.sum(near, axis=0, dtype=np.int8)
    turns = sum((~a & b).astype(np.int8) for a, b in zip(near, near[1:] + near[:1], strict=True))
    north, east, south, west = near[::2]
    if first:
        border = ~(north & east & south) & ~(east & south & west)
    else:
        border = ~(north & east & west) & ~(north & south & west)
    core = lines[:, 1:-1, 1:-1]
    gone = core & (count >= 2) & (count <= 6) & (turns == 1) & border
    core &= ~gone
    return gone.any(axis=(1, 2))


def trace(skeleton: np.ndarray, share: float = 0.85) -> np.ndarray | None:
    """Follow a skeleton from end to end, if it is a single stroke.

    The stroke is the longest of the shortest ways within the skeleton. It begins at its upper end
    (of two in one row, at the left one).

    Args:
        skeleton: bool (h, w), lines of one pixel.
        share: of the skeleton's pixels that have to lie on the stroke or next to it, from 0 to 1.

    Returns:
        The stroke's pixels in order, each averaged with its two neighbours: float64 (m, 2). None
        where it leaves out more, as for a closed loop, a crossing or two pieces, or where there
        are fewer than 8 pixels.
    """
    pixels: list[Pixel] = [(row, column) for row, column in np.argwhere(skeleton).tolist()]
    if len(pixels) < _FEWEST:
        return None
    known = set(pixels)
    near = {
        (row, column): [
            (row + down, column + right)
            for down, right in _AROUND
            if (row + down, column + right) in known
        ]
        for row, column in pixels
    }
    # From any pixel of a tree, the farthest one is an end of its longest way.
    way = _longest_way(near, _longest_way(near, pixels[0])[-1])
    beside = set(way).union(*(near[pixel] for pixel in way))
    if len(beside) < share * len(pixels):
        return None
    path = np.array(way if way[0] < way[-1] else way[::-1], float)[:, ::-1]
    path[1:-1] = (path[:-2] + 2 * path[1:-1] + path[2:]) / 4
    return path


def _longest_way(near: dict[Pixel, list[Pixel]], start: Pixel) -> list[Pixel]:
    """Return the shortest way from a pixel to the one that is farthest from it (Dijkstra)."""
    lengths, before = {start: 0.0}, {start: start}
    waiting = [(0.0, start)]
    while waiting:
        length, pixel = heapq.heappop(waiting)
        if length > lengths[pixel]:
            continue
        for other in near[pixel]:
            straight = pixel[0] == other[0] or pixel[1] == other[1]
            longer = length + (1.0 if straight else 2**0.5)
            if longer < lengths.get(other, np.inf):
                lengths[other], before[other] = longer, pixel
                heapq.heappush(waiting, (longer, other))
    way = [max(lengths, key=lambda pixel: (lengths[pixel], pixel))]
    while way[-1] != start:
        way.append(before[way[-1]])
    return way[::-1]


def resample(path: np.ndarray, count: int) -> np.ndarray:
    """Return points along a path, as far from each other along it as they can be.

    Args:
        path: (m, 2), m at least 2, of some length.
        count: number of points, at least 2: the two ends are among them.

    Returns:
        float64 (count, 2).

    Raises:
        ValueError: fewer than two points, asked for or given, or a path of no length.
    """
    path = np.asarray(path, float)
    if count < 2 or path.ndim != 2 or path.shape[1] != 2 or len(path) < 2:
        raise ValueError(
            f"a path (m, 2) and a count, both of at least 2 points. Received: shape {path.shape} "
            f"and {count}"
        )
    passed = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    if not passed[-1] > 0:
        raise ValueError("a path needs some length. Received: points that are all the same")
    places = np.linspace(0, passed[-1], count)
    return np.stack([np.interp(places, passed, path[:, axis]) for axis in (0, 1)], axis=1)


def strokes_of(
    images: np.ndarray, count: int, *, threshold: float = 0.5
) -> tuple[np.ndarray, np.ndarray]:
    """Make pen strokes of images, and leave out those that are no single stroke.

    Args:
        images: (n, h, w), pixels in [0, 1], ink above the threshold.
        count: number of points of a stroke, evenly spaced along it.
        threshold: from 0 to 1.

    Returns:
        ``strokes``, float32 (m, count, 2), in pixels, the upper end first; and ``kept``, (m,), the
        position of each one's image.
    """
    paths = [trace(skeleton) for skeleton in thin(np.asarray(images) > threshold)]
    kept = np.array([i for i, path in enumerate(paths) if path is not None], dtype=np.int64)
    strokes = [resample(path, count) for path in paths if path is not None]
    return np.array(strokes, np.float32).reshape(-1, count, 2), kept
