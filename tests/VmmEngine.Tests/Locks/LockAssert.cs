using VmmEngine.Locks;
using Xunit;

namespace VmmEngine.Tests.Locks;

/// <summary>What must be true of a VM's and a host's locks when nobody is inside.</summary>
internal static unsafe class LockAssert
{
    /// <summary>Nobody holds or waits for anything, every vCPU is idle or absent, and no caller's line has a marker.</summary>
    public static void AllFree(VmLocks* locks)
    {
        Free(locks->Gate.Writer);
        HeldByNobodyButTheGate(locks);
    }

    /// <summary>The same for a destroyed VM, whose gate stays closed.</summary>
    public static void AllFreeBehindAClosedGate(VmLocks* locks)
    {
        Assert.Equal(1u, locks->Gate.Writer.Word);
        HeldByNobodyButTheGate(locks);
    }

    public static void AllFree(HostLocks* locks)
    {
        Free(locks->Gate.Writer);
        Free(locks->VmList.Writer);
        NoMarkers(locks->Lines);
    }

    /// <summary>How many lines somebody has rented.</summary>
    public static int RentedLines(CallerLines lines)
    {
        int rented = 0;
        for (CallerLine* line = (CallerLine*)lines.First; line != null; line = (CallerLine*)line->Next)
        {
            rented += line->Rented == 0 ? 0 : 1;
        }

        return rented;
    }

    private static void HeldByNobodyButTheGate(VmLocks* locks)
    {
        Free(locks->MemoryMap.Writer);
        Free(locks->Creation);
        NoMarkers(locks->Lines);
        for (uint id = 0; id < locks->VcpuLimit; id++)
        {
            Vcpu* vcpu = locks->Vcpus + id;
            Assert.Contains((VcpuState)vcpu->State, new[] { VcpuState.Idle, VcpuState.Absent });
            Assert.Equal(0u, vcpu->Waiters);
            Assert.True(vcpu->Requests < (uint)VcpuRequests.OneEjector, "Somebody still waits to eject the vCPU.");
        }
    }

    private static void Free(in WordLock wordLock)
    {
        Assert.Equal(0u, wordLock.Word);
        Assert.Equal(0u, wordLock.Waiters);
    }

    private static void NoMarkers(CallerLines lines)
    {
        for (CallerLine* line = (CallerLine*)lines.First; line != null; line = (CallerLine*)line->Next)
        {
            Assert.Equal((0u, 0u, 0u), (line->Gate, line->MemoryMap, line->VmList));
        }
    }
}
