/// The names of classes and functions that a file of tensors may hold.
enum PickleNames {
  /// Calls that make an empty dictionary, or one of pairs.
  static let dictionaries: Set<String> = [
    "collections.OrderedDict", "collections.defaultdict", "collections.Counter", "builtins.dict",
    "__builtin__.dict",
  ]

  /// Calls whose result is kept as the call and nothing more.
  private static let inert: Set<String> = [
    "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3",
    "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
    "torch._tensor._rebuild_from_type_v2", "torch._utils._rebuild_sparse_tensor",
    "torch._utils._rebuild_qtensor",
    "torch.Tensor", "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer", "torch.Size", "torch.device",
    "torch.storage.UntypedStorage", "torch.storage.TypedStorage", "torch.serialization._get_layout",
    "argparse.Namespace", "builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset",
    "builtins.list", "__builtin__.list", "builtins.tuple", "__builtin__.tuple", "builtins.complex",
    "__builtin__.complex", "builtins.slice", "builtins.int", "builtins.float", "builtins.str",
    "builtins.bool",
    "builtins.bytearray", "__builtin__.bytearray", "__builtin__.bytes", "builtins.bytes", "_codecs.encode",
    "numpy.dtype", "numpy.ndarray", "numpy.core.multiarray.scalar", "numpy.core.multiarray._reconstruct",
    "numpy._core.multiarray.scalar", "numpy._core.multiarray._reconstruct", "datetime.datetime",
    "datetime.date",
    "datetime.timedelta", "pathlib.PosixPath", "pathlib.PurePosixPath", "pathlib.WindowsPath", "pathlib.Path",
    "copyreg._reconstructor", "uuid.UUID", "fractions.Fraction", "decimal.Decimal",
  ]

  /// PyTorch's names for element types, `torch.float32`.
  static let elementTypes: Set<String> = Set(
    [
      "float64", "double", "float32", "float", "float16", "half", "bfloat16", "int64", "long", "int32", "int",
      "int16", "short", "int8", "uint8", "uint16", "uint32", "uint64", "bool", "complex64", "complex128",
      "complex32", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu",
      "qint8",
      "quint8", "qint32", "strided", "sparse_coo", "contiguous_format", "preserve_format", "channels_last",
    ].map { "torch." + $0 })

  /// PyTorch's names for storages, `torch.FloatStorage`; files written on a graphics card name its own.
  static func isStorage(_ name: String) -> Bool {
    name.hasPrefix("torch.") && name.hasSuffix("Storage") && name.split(separator: ".").count <= 3
  }

  static func isKnown(_ name: String) -> Bool {
    dictionaries.contains(name) || inert.contains(name) || elementTypes.contains(name) || isStorage(name)
  }
}
