"""Ends a Java thread that hears no other call: for a query inside an expression that looks at no deadline.

Neo4j ends a query by a mark, which its operators look at between two rows. A single expression, such as
`reduce(…)` over a long list, looks at nothing, and runs on for minutes with the mark set. Java took `Thread.stop`
away (it lets any code break off any other); its tool interface JVMTI still has it, and every JVM brings that along.
So this throws an exception in the thread, by `StopThread`, called with ctypes; who may be stopped, and where in its
work, is for the caller to decide: a thread that holds locks or changes data must not be.

https://docs.oracle.com/en/java/javase/25/docs/specs/jvmti.html has the functions with their places in the table.
"""

import ctypes
import os
from collections.abc import Iterator
from typing import Any

import jpype

JVMTI_VERSION, JNI_VERSION = 0x30010200, 0x00010008
_CAN_SIGNAL_THREAD = 1 << 10  # the bit of the capability in the first word of four
# Places in the tables of functions: JVM, JVMTI (their numbers in the manual count from 1), JNI.
_GET_ENV = 6
_GET_ALL_THREADS, _STOP_THREAD, _GET_THREAD_INFO, _DEALLOCATE, _ADD_CAPABILITIES = 3, 6, 8, 46, 141
_FIND_CLASS, _PUSH_LOCAL_FRAME, _POP_LOCAL_FRAME, _NEW_OBJECT_A, _GET_METHOD_ID, _NEW_STRING = 6, 19, 20, 30, 33, 167
_THROWN = b"java/lang/IllegalStateException"
MESSAGE = "Armsgraph ended the query: it went on after its time, or took what memory there was"
_POINTER = ctypes.POINTER(ctypes.c_void_p)
_CALL = ctypes.WINFUNCTYPE if os.name == "nt" else ctypes.CFUNCTYPE  # type: ignore[attr-defined,unused-ignore] # each is of one system


class _ThreadInfo(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_void_p),
        ("priority", ctypes.c_int),
        ("daemon", ctypes.c_ubyte),
        ("group", ctypes.c_void_p),
        ("loader", ctypes.c_void_p),
    )


class ThreadStopper:
    """Ends threads of the JVM in this process. To be used by one thread, which Java knows already.

    Raises RuntimeError where the JVM doesn't offer it.
    """

    def __init__(self) -> None:
        find = ctypes.CDLL(jpype.getDefaultJVMPath()).JNI_GetCreatedJavaVMs
        machine, count = ctypes.c_void_p(), ctypes.c_int()
        if find(ctypes.byref(machine), 1, ctypes.byref(count)) or count.value != 1:
            raise RuntimeError("there is no Java in this process")
        self._jvmti, self._jni = (self._get_environment(machine, v) for v in (JVMTI_VERSION, JNI_VERSION))
        capabilities = (ctypes.c_uint32 * 4)(_CAN_SIGNAL_THREAD)
        if code := _call(self._jvmti, _ADD_CAPABILITIES, capabilities):
            raise RuntimeError(f"this Java ends no threads: JVMTI says {code}")

    def end(self, name: str) -> bool:
        """Throws an exception in the thread of this name; whether there was one."""
        _call(self._jni, _PUSH_LOCAL_FRAME, 256)
        try:
            for thread, thread_name in self._find_threads():
                if thread_name == name:
                    return not _call(self._jvmti, _STOP_THREAD, thread, self._create_exception())
            return False
        finally:
            _call_for_pointer(self._jni, _POP_LOCAL_FRAME, None)

    def _create_exception(self) -> int:
        kind = _call_for_pointer(self._jni, _FIND_CLASS, _THROWN)
        make = _call_for_pointer(self._jni, _GET_METHOD_ID, kind, b"<init>", b"(Ljava/lang/String;)V")
        # With a text: Bolt can't send an error that has none, and the client would wait for ever.
        text = (ctypes.c_int64 * 1)(_call_for_pointer(self._jni, _NEW_STRING, MESSAGE.encode()))
        return _call_for_pointer(self._jni, _NEW_OBJECT_A, kind, make, text)

    def _find_threads(self) -> Iterator[tuple[int, str]]:
        count, threads = ctypes.c_int(), _POINTER()
        _call(self._jvmti, _GET_ALL_THREADS, ctypes.byref(count), ctypes.byref(threads))
        threads_alive = [thread for thread in threads[: count.value] if thread]
        _call(self._jvmti, _DEALLOCATE, threads)
        for thread in threads_alive:
            info = _ThreadInfo()
            if not _call(self._jvmti, _GET_THREAD_INFO, thread, ctypes.byref(info)) and info.name:
                name = ctypes.string_at(info.name).decode("utf-8", "replace")
                _call(self._jvmti, _DEALLOCATE, info.name)
                yield thread, name

    @staticmethod
    def _get_environment(machine: ctypes.c_void_p, version: int) -> ctypes.c_void_p:
        interface = ctypes.c_void_p()
        if code := _call(machine, _GET_ENV, ctypes.byref(interface), version):
            raise RuntimeError(f"this Java has no interface of version {version:#x}: it says {code}")
        return interface


def _call(table: ctypes.c_void_p, place: int, *arguments: Any) -> int:
    return int(_invoke(table, place, ctypes.c_int, arguments))


def _call_for_pointer(table: ctypes.c_void_p, place: int, *arguments: Any) -> int:
    return int(_invoke(table, place, ctypes.c_void_p, arguments) or 0)


def _invoke(table: ctypes.c_void_p, place: int, returns: Any, arguments: tuple[Any, ...]) -> Any:
    """Calls the function at a place of a table; whole numbers above 2^31 are pointers, and so are the rest."""
    functions = ctypes.cast(table, ctypes.POINTER(_POINTER)).contents
    small = [isinstance(a, int) and a < 2**31 for a in arguments]
    types = [ctypes.c_int if s else ctypes.c_void_p for s in small]
    cast = [
        a if s or isinstance(a, int) else ctypes.cast(a, ctypes.c_void_p) if a is not None else None
        for a, s in zip(arguments, small, strict=True)
    ]
    return _CALL(returns, ctypes.c_void_p, *types)(functions[place])(table, *cast)
