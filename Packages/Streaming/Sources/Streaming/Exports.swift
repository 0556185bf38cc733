// One import for programs: everything that a user of the packages names. No logic here.
@_exported public import BinaryIO
@_exported public import ColumnarBatch
@_exported public import DatasetLoading
@_exported public import DatasetWriting
@_exported public import DelimitedFormats
@_exported public import DeviceTransfer
@_exported public import MDSFormat
@_exported public import NumPyRandom
@_exported public import ObjectStorage
@_exported public import S3Storage
@_exported public import SampleOrder
@_exported public import ShardCaching
@_exported public import ShardCompression
@_exported public import ShardFormats
@_exported public import ShardHashing
