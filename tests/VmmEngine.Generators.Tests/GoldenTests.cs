using VmmEngine.Generators.Tests.Infrastructure;

namespace VmmEngine.Generators.Tests;

/// <summary>
/// What reviewers read, one feature a file in Golden/. After an intended change run the tests once with the environment variable
/// VMM_ACCEPT=1, which rewrites the files, and review the difference.
/// </summary>
public class GoldenTests
{
    private const string Accept = "VMM_ACCEPT";

    [Fact]
    public void OneFrozenVcpu() => Verify("Rows", "VM_GET_REGISTER 21 IOWR vm_register LOCK_ONE_VCPU GetRegister", """
        public static int GetRegister(in TestCall call, Vcpu* vcpu, ref vm_register argument) => 0;
        """);

    [Fact]
    public void AllVcpusUnderTheExclusiveMemoryMap() => Verify("Rows", "VM_REINIT 5 IO - XLOCK_MEMSEGS|LOCK_ALL_VCPUS Reinitialize", """
        public static int Reinitialize(in TestCall call) => 0;
        """);

    [Fact]
    public void AFailedPreconditionReleasesWhatWasTaken() => Verify("Rows", "VM_LOOK 9 IOW vm_register PPT|SLOCK_MEMSEGS|LOCK_ONE_VCPU Look option=Snapshot", """
        public static int Look(in TestCall call, Vcpu* vcpu, ref vm_register argument) => 0;
        """);

    [Fact]
    public void AVcpuThatMayBeNone() => Verify("Rows", "VM_SUSPEND_CPU 92 IOW vm_activate_cpu MAYBE_ALLOC_VCPU SuspendCpu", """
        public static int SuspendCpu(in TestCall call, Vcpu* vcpu, ref vm_activate_cpu argument) => 0;
        """);

    [Fact]
    public void ARelaxedLockSet() => Verify("Rows", "VM_STATS 50 IOWR vm_register LOCK_ONE_VCPU GetStatistics not-yet relaxed=ALLOC_VCPU");

    [Fact]
    public void AVmThatIsLookedUp() => VerifyTable("Rows", Lookup("VMM_RUN 2 IOWR vm_run_params FIND_VM|SLOCK_MEMSEGS|LOCK_ONE_VCPU Run"), """
        public static int Run(in TestTarget target, Vcpu* vcpu, ref vm_run_params argument) => 0;
        """);

    [Fact]
    public void AVcpuFoundBeforeAllAreFrozen() => VerifyTable("Rows", Lookup("VMM_PROTECT 11 IOW vm_run_params FIND_VM|XLOCK_MEMSEGS|FIND_VCPU|LOCK_ALL_VCPUS Protect not-yet"));

    [Fact]
    public void AnOperationOnAHeldVm() => VerifyTable("Rows", Lookup("VMM_TEARDOWN - - - XLOCK_MEMSEGS|LOCK_ALL_VCPUS TearDown not-yet on=vm"));

    [Fact]
    public void Thunks() => Verify("Dispatch", """
        VM_IN   1 IOW  vm_register - In   not-yet
        VM_OUT  2 IOR  vm_topology - Out  not-yet
        VM_BOTH 3 IOWR vm_memseg   - Both not-yet
        """);

    [Fact]
    public void RelaxedDispatch() => Verify("Dispatch", "VM_STATS 50 IO - SLOCK_MEMSEGS GetStatistics not-yet relaxed=NONE");

    [Fact]
    public void Handlers() => Verify("Handlers", """
        VM_GET_REGISTER 21 IOWR vm_register LOCK_ONE_VCPU GetRegister
        VM_SET_REGISTER 20 IOW  vm_register LOCK_ONE_VCPU SetRegister not-yet
        VM_SUSPEND       4 IO   -           -             Suspend
        """, """
        public static int GetRegister(in TestCall call, Vcpu* vcpu, ref vm_register argument) => 0;
        public static int Suspend(in TestCall call) => 0;
        """);

    [Fact]
    public void Words() => Verify("Words", """
        VM_REINIT        5 IO     -           - A not-yet
        VM_SET_REGISTER 20 IOW    vm_register - B not-yet
        VM_TOPOLOGY     64 IOR    vm_topology - C not-yet
        VM_FLAG          6 IOWINT int         - D not-yet
        """);

    [Fact]
    public void MetadataAndLockReport() => Verify("Table", """
        VM_GET_REGISTER 21 IOWR vm_register LOCK_ONE_VCPU                GetRegister not-yet relaxed=ALLOC_VCPU
        VM_REINIT        5 IO   -           XLOCK_MEMSEGS|LOCK_ALL_VCPUS Reinitialize not-yet
        """);

    [Fact]
    public void AnOutgoingTable() => VerifyTable("Table", """
        table      Test
        kind       outgoing
        device     kvm-vcpu
        encoding   linux
        group      0xAE
        namespace  World
        class      KvmVcpu
        arguments  World.Arguments
        section vcpu
        KVM_RUN      0x80 IO  -           - -
        KVM_GET_REGS 0x81 IOR vm_register - -
        """);

    private static string Lookup(string row) => TestWorld.Table(row)
        .Replace("World.TestCall", "World.HostCall\ntarget      World.TestTarget", StringComparison.Ordinal)
        .Replace("ids         vcpu", "ids         vm vcpu", StringComparison.Ordinal)
        .Replace("create eject", "existing wait", StringComparison.Ordinal)
        .Replace("EINVAL", "ENOENT", StringComparison.Ordinal)
        .Replace("memory-map vcpus vm-list", "vcpus memory-map vm-list", StringComparison.Ordinal);

    private static void Verify(string file, string rows, string handlers = "", [System.Runtime.CompilerServices.CallerMemberName] string name = "") =>
        VerifyTable(file, TestWorld.Table(rows), handlers, name);

    private static void VerifyTable(string file, string table, string handlers = "", [System.Runtime.CompilerServices.CallerMemberName] string name = "")
    {
        Run run = Run.Of(table, TestWorld.WithHandlers(handlers));
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);

        string path = Path.Combine(Repository.TestProject, "Golden", name + ".txt");
        string actual = run.File($"Test.{file}.g.cs");
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"No golden file for {name}; run once with {Accept}=1 and review it.");
        Assert.Equal(File.ReadAllText(path), actual);
        Assert.InRange(actual.Split('\n').Length, 10, 130);
    }
}
