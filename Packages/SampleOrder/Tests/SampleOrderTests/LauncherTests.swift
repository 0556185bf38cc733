import SampleOrder
import Testing

/// The variables are those that the launchers set (Open MPI 4.1.4, torchrun 2.15, Slurm 22.05, Hydra 4.0).
@Suite struct LauncherTests {
  private static func world(_ nodes: Int, _ perNode: Int, rank: Int) throws -> World {
    try World(nodes: nodes, ranksPerNode: perNode).seen(from: rank)
  }

  private static let torchrun = [
    "RANK": "5", "WORLD_SIZE": "8", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "4", "GROUP_RANK": "1", "GROUP_WORLD_SIZE": "2",
    "ROLE_RANK": "5", "ROLE_WORLD_SIZE": "8", "MASTER_ADDR": "localhost", "MASTER_PORT": "40801",
  ]
  private static let openMPI = [
    "OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_LOCAL_RANK": "2",
    "OMPI_COMM_WORLD_LOCAL_SIZE": "4", "OMPI_COMM_WORLD_NODE_RANK": "2", "OMPI_UNIVERSE_SIZE": "2", "PMIX_RANK": "2",
  ]
  private static let hydra = ["PMI_RANK": "3", "PMI_SIZE": "4", "MPI_LOCALRANKID": "1", "MPI_LOCALNRANKS": "2"]
  private static let slurm = [
    "SLURM_JOB_ID": "1", "SLURM_JOB_NUM_NODES": "2", "SLURM_LOCALID": "1", "SLURM_NNODES": "2", "SLURM_NODEID": "1",
    "SLURM_NPROCS": "4", "SLURM_NTASKS": "4", "SLURM_PROCID": "3", "SLURM_STEP_NUM_NODES": "2",
    "SLURM_STEP_NUM_TASKS": "4", "SLURM_STEP_TASKS_PER_NODE": "2(x2)", "SLURM_TASKS_PER_NODE": "2(x2)",
  ]

  @Test("each launcher's own variables tell the rank")
  func launchers() throws {
    #expect(try World(environment: Self.torchrun) == Self.world(2, 4, rank: 5))
    #expect(try World(environment: Self.openMPI) == Self.world(1, 4, rank: 2))
    #expect(try World(environment: Self.hydra) == Self.world(2, 2, rank: 3))
    #expect(try World(environment: Self.slurm) == Self.world(2, 2, rank: 3))
    let mvapich = [
      "MV2_COMM_WORLD_RANK": "6", "MV2_COMM_WORLD_SIZE": "8", "MV2_COMM_WORLD_LOCAL_RANK": "2",
      "MV2_COMM_WORLD_LOCAL_SIZE": "4",
    ]
    #expect(try World(environment: mvapich) == Self.world(2, 4, rank: 6))
    #expect(try World(environment: [:], workersPerRank: 3) == World(workersPerRank: 3))
  }

  @Test("a pod of an indexed job needs to be told of how many")
  func kubernetes() throws {
    let pod = ["JOB_COMPLETION_INDEX": "2", "KUBERNETES_SERVICE_HOST": "10.0.0.1"]
    #expect(try World(environment: pod, pods: 4) == Self.world(4, 1, rank: 2))
    #expect(try World(environment: pod.merging(["WORLD_SIZE": "4"]) { $1 }) == Self.world(4, 1, rank: 2))
    let error = #expect(throws: ConfigurationError.self) { try World(environment: pod) }
    #expect(error?.code == .missing && error?.parameter == "WORLD_SIZE")
    // PyTorchJob tells every pod its rank.
    #expect(try World(environment: ["RANK": "3", "WORLD_SIZE": "4"]) == Self.world(4, 1, rank: 3))
    #expect(try World(environment: Self.torchrun.merging(["JOB_COMPLETION_INDEX": "1"]) { $1 }) == Self.world(2, 4, rank: 5))
  }

  @Test("one launcher inside another: the inner one counts")
  func nested() throws {
    let step = ["SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "2", "SLURM_STEP_TASKS_PER_NODE": "1(x2)", "SLURM_LOCALID": "0"]
    #expect(try World(environment: Self.torchrun.merging(step) { $1 }) == Self.world(2, 4, rank: 5))
    // `mpirun` in a batch script: the job's variables are there, those of a step are not.
    let batch = ["SLURM_PROCID": "0", "SLURM_NTASKS": "4", "SLURM_TASKS_PER_NODE": "4", "SLURM_LOCALID": "0"]
    #expect(try World(environment: Self.openMPI.merging(batch) { $1 }) == Self.world(1, 4, rank: 2))
    #expect(try World(environment: batch) == .single)
    // Slurm's PMI tells ranks, Slurm how many are on a node.
    let pmi = Self.slurm.merging(["PMI_RANK": "3", "PMI_SIZE": "4"]) { $1 }
    #expect(try World(environment: pmi) == Self.world(2, 2, rank: 3))
  }

  @Test("launchers that contradict each other are an error that lists what was seen")
  func contradictions() throws {
    let error = #expect(throws: ConfigurationError.self) {
      try World(environment: Self.torchrun.merging(Self.openMPI) { $1 })
    }
    #expect(error?.code == .conflicting && error?.parameter == "world")
    for name in ["torchrun: RANK=5 WORLD_SIZE=8", "Open MPI: OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=4"] {
      #expect(error?.found.contains(name) == true)
    }
    let other = Self.slurm.merging(["PMI_RANK": "2", "PMI_SIZE": "4"]) { $1 }
    #expect(throws: ConfigurationError.self) { try World(environment: other) }
  }

  @Test(
    "variables of one launcher that can't be are refused, naming them",
    arguments: [
      (["RANK": "8", "WORLD_SIZE": "8"], ConfigurationError.Code.conflicting, "RANK"),
      (["RANK": "1"], .missing, "WORLD_SIZE"), (["WORLD_SIZE": "2"], .missing, "RANK"),
      (["RANK": "x", "WORLD_SIZE": "2"], .outOfRange, "RANK"), (["RANK": "-1", "WORLD_SIZE": "2"], .outOfRange, "RANK"),
      (["RANK": "0", "WORLD_SIZE": "6", "LOCAL_WORLD_SIZE": "4"], .indivisible, "WORLD_SIZE"),
      (["RANK": "0", "WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "2", "LOCAL_RANK": "2"], .conflicting, "RANK"),
      (["RANK": "0", "WORLD_SIZE": "99999999999999999999"], .outOfRange, "WORLD_SIZE"),
      (["PMI_RANK": "0", "PMI_SIZE": "2"], .missing, "MPI_LOCALNRANKS"),
      (["OMPI_COMM_WORLD_RANK": "0"], .missing, "OMPI_COMM_WORLD_SIZE"),
      (
        ["SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "4", "SLURM_STEP_TASKS_PER_NODE": "3,1"], .indivisible,
        "SLURM_STEP_TASKS_PER_NODE"
      ),
    ])
  func refused(environment: [String: String], code: ConfigurationError.Code, parameter: String) {
    let error = #expect(throws: ConfigurationError.self) { try World(environment: environment) }
    #expect(error?.code == code && error?.parameter == parameter, "\(String(describing: error))")
  }
}
