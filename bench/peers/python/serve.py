"""The loop of a Python peer: one line of JSON in, one out; see ../process.mjs."""

import json
import os
import sys
import time

import numpy as np

OPERATIONS = {}


def operation(name, form):
    """Registers a function of (inputs, parameters) that returns `run`, or `(run, before)`.

    `run()` is timed and returns an array or a dict of arrays; `before()` runs ahead of every run. What is
    allocated outside `run` is reused from run to run. A function may also set `run.scale`: how many times
    longer the whole takes than what is timed.
    """

    def register(function):
        OPERATIONS[name, form] = function
        return function

    return register


def read(inputs):
    return {
        name: np.fromfile(entry["file"], dtype=entry["type"]).reshape(entry["shape"])
        for name, entry in inputs.items()
    }


class Contestant:
    def __init__(self, request, inputs):
        make = OPERATIONS[request["operation"], request["form"]]
        made = make(inputs, request["parameters"])
        self.run, self.before = made if isinstance(made, tuple) else (made, lambda: None)
        self.latest = None

    def time(self, runs):
        self.latest = None
        seconds = 0
        for _ in range(runs):
            self.before()
            started = time.perf_counter()
            self.latest = self.run()
            seconds += time.perf_counter() - started
        return seconds / runs * getattr(self.run, "scale", 1)

    def result(self, folder, to_numpy):
        named = self.latest if isinstance(self.latest, dict) else {"result": self.latest}
        files = {}
        for name, value in named.items():
            array = np.ascontiguousarray(to_numpy(value))
            file = os.path.join(folder, name + ".result")
            array.tofile(file)
            files[name] = {"file": file, "type": array.dtype.name}
        return files


def serve(versions, convert=lambda inputs: inputs, to_numpy=lambda value: value):
    print(json.dumps({"versions": versions}), flush=True)
    contestants, inputs_of = {}, {}
    for line in sys.stdin:
        request = json.loads(line)
        what, number, reply = request["do"], request["id"], {}
        try:
            if what == "prepare":
                case = request["case"]
                if case not in inputs_of:
                    inputs_of = {case: convert(read(request["inputs"]))}
                contestants[number] = Contestant(request, inputs_of[case])
            elif what == "time":
                reply = {"seconds": contestants[number].time(request["runs"])}
            elif what == "result":
                reply = {"result": contestants[number].result(request["folder"], to_numpy)}
            else:
                contestants.pop(number, None)
                if not contestants:
                    inputs_of = {}
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)
