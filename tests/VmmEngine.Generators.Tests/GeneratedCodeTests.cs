using VmmEngine.Generators.Tests.Infrastructure;

namespace VmmEngine.Generators.Tests;

/// <summary>What the generator writes is C# without a warning, documentation included.</summary>
public class GeneratedCodeTests
{
    [Fact]
    public void EveryKindOfRowCompilesWithoutWarnings()
    {
        Run run = Run.Of(TestWorld.Table(
            "VM_GET_REGISTER  21  IOWR    vm_register      LOCK_ONE_VCPU                     GetRegister  relaxed=ALLOC_VCPU",
            "VM_ALLOC_MEMSEG  14  IOW     vm_memseg        PPT|XLOCK_MEMSEGS|LOCK_ALL_VCPUS  Allocate     not-yet option=Snapshot",
            "VM_GET_MEMSEG    15  IOWR    vm_memseg        SLOCK_MEMSEGS                     GetSegment   not-yet relaxed=NONE",
            "VM_SUSPEND_CPU   92  IOW     vm_activate_cpu  MAYBE_ALLOC_VCPU                  SuspendCpu",
            "VM_LOOK          93  IOW     vm_activate_cpu  SLOCK_MEMSEGS|FIND_VCPU           Look         may-need=VMM_LOOK",
            "VM_GET_TOPOLOGY  64  IOR     vm_topology      -                                 GetTopology",
            "VM_REINIT         5  IO      -                XLOCK_MEMSEGS|LOCK_ALL_VCPUS      Reinitialize",
            "VM_FLAG           6  IOWINT  int              LOCK_ONE_VCPU                     SetFlag      goes-last",
            "VM_TEARDOWN       -  -       -                LOCK_ALL_VCPUS                    TearDown"),
            TestWorld.WithHandlers("""
                public static int GetRegister(in TestCall call, Vcpu* vcpu, ref vm_register argument) => 0;
                public static int SuspendCpu(in TestCall call, Vcpu* vcpu, ref vm_activate_cpu argument) => 0;
                public static int Look(in TestCall call, Vcpu* vcpu, ref vm_activate_cpu argument) => 0;
                public static int GetTopology(in TestCall call, ref vm_topology argument) => 0;
                public static int Reinitialize(in TestCall call) => 0;
                public static int SetFlag(in TestCall call, Vcpu* vcpu, ref int argument) => 0;
                public static int TearDown(in TestCall call) => 0;
                """));

        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
        Assert.Equal(
            ["Test.Dispatch.g.cs", "Test.Handlers.g.cs", "Test.Rows.g.cs", "Test.Table.g.cs", "Test.Words.g.cs"],
            run.HintNames.Order(StringComparer.Ordinal));
    }
}
