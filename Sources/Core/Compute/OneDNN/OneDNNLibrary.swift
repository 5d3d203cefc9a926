#if canImport(COneDNN)
internal import COneDNN

/// The library's engine (this CPU) and its queue: made once, used by every executor.
enum OneDNNLibrary {
  nonisolated(unsafe) static let engine: dnnl_engine_t = {
    var engine: dnnl_engine_t?
    let status = dnnl_engine_create(&engine, dnnl_cpu, 0)
    guard status == dnnl_success, let engine else {
      preconditionFailure("oneDNN offers no CPU engine (status \(status.rawValue))")
    }
    return engine
  }()

  nonisolated(unsafe) static let stream: dnnl_stream_t = {
    var stream: dnnl_stream_t?
    let status = dnnl_stream_create(&stream, engine, dnnl_stream_default_flags.rawValue)
    guard status == dnnl_success, let stream else {
      preconditionFailure("oneDNN offers no stream (status \(status.rawValue))")
    }
    return stream
  }()

  /// Channels side by side in the layouts that convolutions prefer here: as many floats as a vector register holds.
  static let block = dnnl_get_effective_cpu_isa().rawValue >= dnnl_cpu_isa_avx512_core.rawValue ? 16 : 8
}
#endif
