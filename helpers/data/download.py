"""Download a data set from its mirrors: resumable, verified, all or nothing, within a time limit."""

import contextlib
import errno
import hashlib
import os
import re
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import numpy as np

from helpers.data.files import Arrays, read_verified
from helpers.data.sources import IDX_FILES, DataRefused, DataUnavailable, Spec

TOTAL_SECONDS = 600.0
STALL_SECONDS = 15.0
PAUSE_SECONDS = 1.0
ATTEMPTS = 3
CHUNK = 1 << 16
"""TODO"""
