// swift-tools-version: 6.2
import Foundation
import PackageDescription

// The fast executor needs oneDNN, which some systems do not package. Where its header is not found the plain executor is
// built alone and everything else still works. VITRINE_ONEDNN names the folder of another oneDNN than the system's, 2 or
// 3, with include/ and lib/ in it; "off" does without.
let oneDNNFolder = ProcessInfo.processInfo.environment["VITRINE_ONEDNN"]
let oneDNNHeaders =
  oneDNNFolder.map { [$0 + "/include/dnnl.h"] }
  ?? ["/usr/include/dnnl.h", "/usr/local/include/dnnl.h", "/opt/homebrew/include/dnnl.h"]
let hasOneDNN =
  oneDNNFolder != "off" && oneDNNHeaders.contains(where: FileManager.default.fileExists(atPath:))
let oneDNNFlags = hasOneDNN ? oneDNNFolder : nil

// scripts/check builds this way; everyone else's build goes on when a newer compiler finds more to warn of.
let isStrict = ProcessInfo.processInfo.environment["VITRINE_STRICT"] == "1"

let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])

func library(_ name: String, pkgConfig: String?, apt: String, brew: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

func module(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: settings)
}

let oneDNN: [Target.Dependency] = hasOneDNN ? ["COneDNN"] : []

let package = Package(
  name: "vitrine",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Core", targets: ["Core"]),
    .library(name: "Train", targets: ["Train"]),
    .library(name: "Import", targets: ["Import"]),
    .library(name: "Render", targets: ["Render"]),
    .library(name: "Inspect", targets: ["Inspect"]),
    .executable(name: "vitrine", targets: ["vitrine"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: [
    library("CHDF5", pkgConfig: "hdf5", apt: "libhdf5-dev", brew: "hdf5"),
    library("CCairo", pkgConfig: "cairo", apt: "libcairo2-dev", brew: "cairo"),
    library("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev", brew: "zlib"),
    library("CZip", pkgConfig: "libzip", apt: "libzip-dev", brew: "libzip"),
    library("CPNG", pkgConfig: "libpng", apt: "libpng-dev", brew: "libpng"),
    library("CTurboJPEG", pkgConfig: "libturbojpeg", apt: "libturbojpeg0-dev", brew: "jpeg-turbo"),
    library("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev", brew: "openssl@3"),

    .target(
      name: "Core",
      dependencies: ["CHDF5", "CProbe", "CKernels", "CZlib", "CZip", "CPNG", "CTurboJPEG", "CCrypto"]
        + oneDNN,
      swiftSettings: settings + (oneDNNFlags.map { [.unsafeFlags(["-Xcc", "-I\($0)/include"])] } ?? []),
      linkerSettings: oneDNNFlags.map {
        [.unsafeFlags(["\($0)/lib/libdnnl.so", "-Xlinker", "-rpath", "-Xlinker", "\($0)/lib"])]
      } ?? []),
    .target(name: "CProbe", dependencies: ["CHDF5"]),
    .target(name: "CKernels"),
    module("Render", ["CCairo"]),
    .systemLibrary(name: "CVector"),
    .systemLibrary(name: "CMemory"),
    module("Train", ["Core", "CVector", "CMemory"]),
    module("Import", ["Core"]),
    module(
      "Inspect",
      ["Core", "Render", .product(name: "Mustache", package: "swift-mustache")],
      resources: [.embedInCode("Report/Templates")]),
    .executableTarget(
      name: "vitrine",
      dependencies: [
        "Core", "Train", "Import", "Render", "Inspect",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),

    // What the README shows, held to it by a test.
    .executableTarget(
      name: "DrawGallery", dependencies: ["Core", "Render"], path: "Examples/DrawGallery",
      swiftSettings: settings),

    // Measures the engine against PyTorch; scripts/bench runs it.
    .executableTarget(
      name: "bench",
      dependencies: [
        "Core", "Train", "CAllocations", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/Bench", swiftSettings: settings),
    .target(name: "CAllocations", path: "Benchmarks/CAllocations"),

    // Opens damaged copies of model files; scripts/fuzz runs it.
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "FuzzSupport", "Core", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Fuzz", swiftSettings: settings),
    .target(
      name: "FuzzSupport", dependencies: ["Core", "Import"], path: "Tests/FuzzSupport",
      swiftSettings: settings),

    .target(
      name: "TestSupport", dependencies: ["Core"], path: "Tests/TestSupport",
      swiftSettings: settings),
    tests("CoreTests", ["Core", "CHDF5", "CKernels"]),
    tests("RenderTests", ["Render"]),
    tests("TrainTests", ["Train", "Core"]),
    tests("ImportTests", ["Import", "Core", "Train", "FuzzSupport"]),
    tests("InspectTests", ["Inspect", "Core", "Render", "Train"]),
    tests("CommandTests", ["Core", "Train", "Import", "DrawGallery", "vitrine"], exclude: ["Goldens"]),
  ] + (hasOneDNN ? [library("COneDNN", pkgConfig: nil, apt: "libdnnl-dev", brew: "onednn")] : []),
  swiftLanguageModes: [.v6]
)
