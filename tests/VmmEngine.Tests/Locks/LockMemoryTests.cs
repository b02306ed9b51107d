using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.RunLoop.Scripted;
using Xunit;

namespace VmmEngine.Tests.Locks;

public unsafe class LockMemoryTests
{
    [Fact]
    public void ANewVmsVcpusAreAbsentAndNumbered()
    {
        VmLockMemory memory = new(5);

        Assert.Equal(5u, memory.Locks->VcpuLimit);
        for (uint id = 0; id < 5; id++)
        {
            Assert.Equal((int)id, memory.Locks->Vcpus[id].Id);
            Assert.Equal(VcpuState.Absent, (VcpuState)memory.Locks->Vcpus[id].State);
        }

        LockAssert.AllFree(memory.Locks);
        GC.KeepAlive(memory);
    }

    [Fact]
    public void VcpusDoNotShareLinePairs()
    {
        VmLockMemory memory = new(3);

        Assert.Equal(128, sizeof(Vcpu));
        Assert.Equal(0ul, (ulong)memory.Locks % 128);
        Assert.Equal(0ul, (ulong)memory.Locks->Vcpus % 128);
        for (uint id = 0; id < 3; id++)
        {
            Assert.Equal(0ul, (ulong)memory.Locks->Vcpus[id].Counters % 128);
        }

        Assert.Equal(sizeof(VcpuCounters), (byte*)memory.Locks->Vcpus[2].Counters - (byte*)memory.Locks->Vcpus[1].Counters);
        GC.KeepAlive(memory);
    }

    [Fact]
    public void ANewHostsLocksAreFree()
    {
        HostLockMemory memory = new();
        LockAssert.AllFree(memory.Locks);
        GC.KeepAlive(memory);
    }

    [Fact]
    public void AbandonedMemoryIsFreed()
    {
        WeakReference abandoned = Abandon();
        for (int attempt = 0; attempt < 10 && abandoned.IsAlive; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(abandoned.IsAlive);
    }

    /// <summary>A clock's thread may come to a back end whose VM everybody else has forgotten.</summary>
    [Fact]
    public void ABackEndKeepsItsLocks()
    {
        (VmBackend backend, WeakReference memory) = MakeBackend();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.True(memory.IsAlive);
        backend.Dispose();
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static (VmBackend Backend, WeakReference Memory) MakeBackend()
    {
        VmLockMemory memory = new(2);
        return (new ScriptedVm(new BackendRequest(memory)), new WeakReference(memory));
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference Abandon()
    {
        VmLockMemory memory = new(8);
        memory.RentLine();
        return new WeakReference(memory, trackResurrection: true);
    }
}
