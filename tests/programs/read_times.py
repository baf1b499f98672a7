"""The times of all records that a collector of any version has stored, by Python's gzip alone.

    read_times.py FOLDER EPOCH

Prints JSON: by client and record type the first field of each record, in nanoseconds from EPOCH.
"""
import glob, gzip, json, os, sys


def uvarint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return value, at


found = {}
for path in glob.glob(os.path.join(sys.argv[1], "*", "*.ncap.gz")):
    data = gzip.open(path).read()
    kind = os.path.basename(path).split(".")[0].split("-")[0]
    times = found.setdefault(os.path.basename(os.path.dirname(path)), {}).setdefault(kind, [])
    at = n = 0
    while at < len(data):
        length, at = uvarint(data, at)
        if n > 0:  # before them is the file's header
            assert data[at] == 8, "a record of %s begins with its time" % path
            times.append(uvarint(data, at + 1)[0] - int(sys.argv[2]))
        at += length
        n += 1
    assert at == len(data), "%s is cut short" % path
print(json.dumps(found))
