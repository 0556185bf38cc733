"""Lets upstream be imported without PyTorch and transformers.

Upstream's writers and readers never call them, but `import streaming` asks for some of their names. With what they
bring they are 4 GB; where they are not installed, these names stand in for them. Calling one of them is an error.
"""

import importlib.util
import runpy
import sys
import types


def _module(name, **names):
    module = types.ModuleType(name)
    module.__dict__.update(names)
    sys.modules[name] = module
    parent, _, child = name.rpartition('.')
    if parent:
        setattr(sys.modules[parent], child, module)


def _missing(*_, **__):
    raise RuntimeError('not installed here: the interchange test must not call it')


class _Generic:

    def __class_getitem__(cls, _):
        return cls


def _absent(package):
    return importlib.util.find_spec(package) is None


def install():
    """Puts stand-ins in place of the packages that are not installed."""
    if _absent('torch'):
        _module('torch', Tensor=type('Tensor', (), {}))
        _module('torch.distributed', is_available=lambda: False, is_initialized=lambda: False)
        _module('torch.utils')
        _module('torch.utils.data', Dataset=type('Dataset', (_Generic,), {}),
                IterableDataset=type('IterableDataset', (_Generic,), {}),
                DataLoader=type('DataLoader', (_Generic,), {}), get_worker_info=lambda: None)
    if _absent('torchvision'):
        _module('torchvision')
        _module('torchvision.datasets', VisionDataset=type('VisionDataset', (), {}))
        _module('torchvision.transforms')
        _module('torchvision.transforms.functional', to_tensor=_missing)
    if _absent('transformers'):
        _module('transformers')
        _module('transformers.feature_extraction_utils', BatchFeature=type('BatchFeature', (), {}))
        _module('transformers.tokenization_utils_base', BatchEncoding=type('BatchEncoding', (), {}))
        _module('transformers.models')
        _module('transformers.models.auto')
        _module('transformers.models.auto.tokenization_auto', AutoTokenizer=type('AutoTokenizer', (), {}))


if __name__ == '__main__':
    # stand_ins.py SCRIPT ARGUMENTS…: runs the script with the stand-ins in place.
    install()
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name='__main__')
