using System.Runtime.CompilerServices;
using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Locks;

namespace VmmEngine.RunLoop;

/// <summary>Runs a vCPU: enters the guest, handles its exits, and comes back when something is for the caller.</summary>
/// <remarks>Between an exit and the next entry there is no lock, no allocation, no exception, and nothing virtual but the device.</remarks>
/// <typeparam name="TBackend">What executes guest code. A struct, so that each gets a compiled loop of its own.</typeparam>
public static unsafe partial class RunLoop<TBackend>
    where TBackend : struct, IVcpuBackend
{
    /// <summary>Nothing for the caller: enter again.</summary>
    private const RunResult Resume = (RunResult)(-1);

    /// <summary>Runs a vCPU that the caller has frozen; it is frozen again when this returns.</summary>
    /// <param name="vcpu">The vCPU's shared words.</param>
    /// <param name="backend">The vCPU's own state.</param>
    /// <param name="context">Devices and flags.</param>
    /// <param name="statistics">Where a run with <see cref="RunFlags.Record"/> records.</param>
    /// <param name="exit">The exit, if the result is <see cref="RunResult.Exit"/>.</param>
    public static RunResult Run(Vcpu* vcpu, TBackend backend, in RunContext context, ExitStatistics statistics, out VcpuExit* exit)
    {
        exit = backend.Exit;
        return (context.Flags & RunFlags.Record) == 0
            ? Loop(vcpu, backend, context.Bus, context.Flags, default(NoRecorder))
            : Loop(vcpu, backend, context.Bus, context.Flags, new ExitRecorder(statistics));
    }

    private static RunResult Loop<TRecorder>(Vcpu* vcpu, TBackend backend, DeviceBus bus, RunFlags flags, TRecorder recorder)
        where TRecorder : struct, IExitRecorder
    {
        VcpuExit* exit = backend.Exit;
        VcpuCounters* counters = vcpu->Counters;
        while (true)
        {
            backend.Arm();
            VcpuRequests requests = GuestEntry<ProcessorAtomics>.Enter(vcpu);
            if (requests != VcpuRequests.None)
            {
                RunResult served = Serve(vcpu, backend, requests);
                if (served == Resume)
                {
                    continue;
                }

                recorder.Returning();
                return served;
            }

            recorder.Entering();
            backend.Enter();
            GuestEntry<ProcessorAtomics>.Leave(vcpu);
            ExitReason reason = exit->Reason;
            recorder.Exited(reason);

            RunResult result = reason switch
            {
                ExitReason.PortOut => WritePort(bus, exit, flags),
                ExitReason.PortIn => ReadPort(bus, exit, flags),
                ExitReason.MmioWrite => WriteMmio(bus, exit, flags),
                ExitReason.MmioRead => ReadMmio(bus, exit, flags),
                ExitReason.Halt => Halt(vcpu, backend, exit, flags, ref recorder),
                ExitReason.Interrupted => Interrupted(exit),
                ExitReason.MsrRead or ExitReason.MsrWrite => UnknownMsr(exit, flags),
                _ => RunResult.Exit,
            };

            // Behind the device, whose code does not wait for it then. Who sleeps has counted before.
            if (reason != ExitReason.Halt)
            {
                counters->Exits[(uint)reason % VcpuCounters.ExitReasons]++;
            }

            if (result != Resume || recorder.IsFull(ref result))
            {
                recorder.Returning();
                return result;
            }
        }
    }
}
