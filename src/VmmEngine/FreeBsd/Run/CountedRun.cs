using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.RunLoop;

namespace VmmEngine.FreeBsd;

/// <summary>A run of the back end, with what the vCPU counts once a run: its time, and how it ended.</summary>
internal static unsafe class CountedRun
{
    /// <inheritdoc cref="VmBackend.Run"/>
    public static RunResult Run(Vm vm, Vcpu* vcpu, in RunContext context, out VcpuExit* exit)
    {
        VcpuCounters* counters = vcpu->Counters;
        CountMigration(counters);
        ulong idle = counters->Idle;
        ulong start = HostTime.Now;
        RunResult result = vm.Backend!.Run(vcpu, in context, out exit);
        ulong passed = HostTime.Now - start;
        counters->Running += passed - Math.Min(passed, counters->Idle - idle);
        switch (result)
        {
            case RunResult.Exit:
                counters->CallerExits++;
                break;

            case RunResult.Idle:
                counters->IdleRequests++;
                break;

            case RunResult.Bogus:
                counters->Interruptions++;
                break;
        }

        return result;
    }

    private static void CountMigration(VcpuCounters* counters)
    {
        ulong processor = (ulong)Thread.GetCurrentProcessorId() + 1;
        if (processor != counters->LastProcessor)
        {
            counters->Migrations += counters->LastProcessor == 0 ? 0u : 1;
            counters->LastProcessor = processor;
        }
    }
}
