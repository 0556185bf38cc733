"""libStreamingC by ctypes, and its tensors as objects that numpy.from_dlpack and torch.from_dlpack take."""

import ctypes
import json
from ctypes import POINTER, byref, c_char_p, c_int32, c_int64, c_size_t, c_uint8, c_uint16, c_uint32, c_uint64, c_void_p

OK, END, BAD_HANDLE, TIMED_OUT = 0, 1, 2, 8
VALUES, OFFSETS, LENGTHS, SAMPLE_IDS = range(4)


class Tensor(ctypes.Structure):
    _fields_ = [('data', c_void_p), ('device_type', c_int32), ('device_id', c_int32), ('ndim', c_int32),
                ('code', c_uint8), ('bits', c_uint8), ('lanes', c_uint16), ('shape', POINTER(c_int64)),
                ('strides', POINTER(c_int64)), ('byte_offset', c_uint64)]


class Unversioned(ctypes.Structure):
    _fields_ = [('tensor', Tensor), ('context', c_void_p), ('deleter', ctypes.CFUNCTYPE(None, c_void_p))]


class Versioned(ctypes.Structure):
    _fields_ = [('major', c_uint32), ('minor', c_uint32), ('context', c_void_p),
                ('deleter', ctypes.CFUNCTYPE(None, c_void_p)), ('flags', c_uint64), ('tensor', Tensor)]


python = ctypes.pythonapi
python.PyCapsule_New.restype = ctypes.py_object
python.PyCapsule_New.argtypes = [c_void_p, c_char_p, c_void_p]
python.PyCapsule_IsValid.argtypes = [c_void_p, c_char_p]
python.PyCapsule_GetPointer.restype = c_void_p
python.PyCapsule_GetPointer.argtypes = [c_void_p, c_char_p]
NAMES = {Versioned: b'dltensor_versioned', Unversioned: b'dltensor'}


def _drop(capsule):
    """Deletes the tensor of a capsule that nobody took: whoever takes it renames the capsule."""
    for layout, name in NAMES.items():
        if python.PyCapsule_IsValid(capsule, name):
            address = python.PyCapsule_GetPointer(capsule, name)
            ctypes.cast(address, POINTER(layout)).contents.deleter(address)


DROP = ctypes.PYFUNCTYPE(None, c_void_p)(_drop)


class Failed(Exception):

    def __init__(self, status, text):
        super().__init__(f'status {status}: {text}')
        self.status = status


class Library:

    def __init__(self, path):
        self.c = ctypes.CDLL(path)
        self.c.streaming_error_text.restype = c_char_p

    def call(self, name, *arguments):
        status = getattr(self.c, 'streaming_' + name)(*arguments)
        if status not in (OK, END):
            raise Failed(status, self.c.streaming_error_text().decode())
        return status

    def number(self, name, handle, *arguments):
        result = c_int64()
        self.call(name, handle, *arguments, byref(result))
        return result.value

    def text(self, name, *arguments):
        length = c_size_t()
        getattr(self.c, 'streaming_' + name)(*arguments, None, c_size_t(0), byref(length))
        text = ctypes.create_string_buffer(length.value + 1)
        self.call(name, *arguments, text, c_size_t(len(text)), None)
        return text.value.decode()

    def open(self, **options):
        handle = c_uint64()
        self.call('open', json.dumps(options).encode(), byref(handle))
        return handle

    def start(self, dataset, **options):
        handle = c_uint64()
        self.call('start', dataset, json.dumps(options).encode(), byref(handle))
        return handle

    def batches(self, loader):
        while True:
            handle = c_uint64()
            if self.call('next', loader, byref(handle)) == END:
                return
            batch = Batch(self, handle)
            yield batch
            batch.release()


class Batch:

    def __init__(self, library, handle):
        self.library, self.handle = library, handle

    def release(self):
        if self.handle is not None:
            self.library.call('release', self.handle)
            self.handle = None

    @property
    def rows(self):
        return self.library.number('row_count', self.handle)

    def names(self):
        return [self.library.text('column_name', self.handle, c_int64(i))
                for i in range(self.library.number('column_count', self.handle))]

    def dtype(self, name):
        return self.library.text('column_type', self.handle, c_int64(self.index(name)))

    def index(self, name):
        return self.library.number('column_index', self.handle, name.encode())

    def tensor(self, name, part=VALUES, versioned=True, flags=0):
        """A tensor of the column; versioned None: as the consumer asks."""
        return Exported(self, 0 if part == SAMPLE_IDS else self.index(name), part, versioned, flags)

    def export(self, column, part, layout, flags):
        tensor = POINTER(layout)()
        if layout is Versioned:
            self.library.call('export', self.handle, c_int64(column), c_int32(part), c_uint32(flags), byref(tensor))
        else:
            self.library.call('export_unversioned', self.handle, c_int64(column), c_int32(part), byref(tensor))
        return tensor


class Exported:
    """What `from_dlpack` takes. `data` is the address that was handed over last."""

    def __init__(self, batch, column, part, versioned, flags):
        self.batch, self.column, self.part, self.versioned, self.flags = batch, column, part, versioned, flags
        self.data = None

    def __dlpack_device__(self):
        return (1, 0)

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        versioned = max_version is not None and max_version[0] >= 1 if self.versioned is None else self.versioned
        layout = Versioned if versioned else Unversioned
        tensor = self.batch.export(self.column, self.part, layout, self.flags)
        contents = tensor.contents.tensor
        if (contents.device_type, contents.device_id, contents.byte_offset) != (1, 0, 0):
            raise AssertionError('expected host memory without an offset')
        self.data = contents.data or 0
        return python.PyCapsule_New(ctypes.cast(tensor, c_void_p), NAMES[layout], ctypes.cast(DROP, c_void_p))
