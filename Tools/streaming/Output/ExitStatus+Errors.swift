import ArchiveReading
import DatasetImport
import Streaming

extension ExitStatus {
  /// The status for an error of the packages, by its code; the error below it decides where there is one.
  init(_ error: any Error) {
    switch error {
    case let error as CommandError: self = error.status
    case let error as FileError: self = Self.status(error)
    case let error as ObjectStoreError: self = (error.cause as? FileError).map(Self.status) ?? Self.status(error)
    case let error as LoadingError: self = error.cause.map(Self.init) ?? Self.status(error)
    case let error as CacheError: self = error.cause.map(Self.init) ?? Self.status(error)
    case let error as WritingError: self = error.cause.map(Self.init) ?? Self.status(error)
    case let error as DeviceError: self = error.cause.map(Self.init) ?? Self.status(error)
    case let error as ImportError:
      self = error.code == .badColumns ? .usage : error.cause.map(Self.init) ?? .dataError
    case let error as ArchiveError: self = error.cause.map(Self.init) ?? .dataError
    case let error as ShardError:
      self = error.code == .noSuchSample || error.code == .badOption ? .usage : .dataError
    case let error as CodecError:
      self = error.code == .unknownName || error.code == .unknownLevel ? .usage : .dataError
    case let error as ConfigurationError: self = error.code == .malformedState ? .dataError : .usage
    case is HashError, is ByteCountError, is BatchError: self = .usage
    default: self = .software
    }
  }

  private static func status(_ error: FileError) -> ExitStatus {
    switch error.code {
    case .notFound, .isADirectory, .notADirectory, .unusablePath: .noInput
    case .permissionDenied: .noPermission
    case .noSpace, .readOnly, .alreadyExists, .notEmpty: .cannotCreate
    case .truncated: .dataError
    case .tooManyOpenFiles: .temporaryFailure
    default: .inputOutput
    }
  }

  private static func status(_ error: ObjectStoreError) -> ExitStatus {
    switch error.code {
    case .notFound: .noInput
    case .noCredentials, .unauthorized, .forbidden, .expiredCredential, .clockSkew, .untrusted: .noPermission
    case .unusableURL, .unusableKey, .unknownScheme, .unsupported: .usage
    case .misconfigured: .configuration
    case .corrupt, .preconditionFailed, .rangeNotSatisfiable, .tooLarge: .dataError
    case .alreadyExists: .cannotCreate
    case .throttled, .timedOut: .temporaryFailure
    case .localFile: .inputOutput
    default: .unavailable
    }
  }

  private static func status(_ error: LoadingError) -> ExitStatus {
    switch error.code {
    case .configuration, .noSuchSample: .usage
    case .memory: .software
    case .timedOut, .cancelled: .temporaryFailure
    default: .dataError
    }
  }

  private static func status(_ error: CacheError) -> ExitStatus {
    switch error.code {
    case .missing: .noInput
    case .limitTooSmall, .otherRemote: .configuration
    case .full: .temporaryFailure
    case .store: .unavailable
    case .directory: .inputOutput
    case .timedOut, .cancelled: .temporaryFailure
    default: .dataError
    }
  }

  private static func status(_ error: DeviceError) -> ExitStatus {
    switch error.code {
    case .unavailable: .unavailable
    case .timedOut, .cancelled, .outOfMemory: .temporaryFailure
    default: .inputOutput
    }
  }

  private static func status(_ error: WritingError) -> ExitStatus {
    switch error.code {
    case .badOption: .usage
    case .outputNotEmpty, .alreadyFinished, .localFile: .cannotCreate
    case .uploadFailed, .unconfirmed: .unavailable
    case .inUse, .cancelled: .temporaryFailure
    case .badSample, .badIndex, .otherJournal, .badShard: .dataError
    default: .software
    }
  }
}
