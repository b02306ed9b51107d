using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Interface;

namespace VmmEngine.Conformance.FreeBsd.Client;

/// <content>Running vCPUs.</content>
internal sealed partial class VmClient
{
    /// <summary>VM_RUN once.</summary>
    public int TryRun(out Exit exit, int cpu = 0)
    {
        Struct bytes = new(Exits.Size);
        int error = Ioctl(Commands.VM_RUN, Structs.Run(cpu, bytes));
        exit = new Exit(bytes);
        return error;
    }

    /// <summary>VM_RUN until an exit that is more than an invitation to call again (REQIDLE, BOGUS), as every client has to.</summary>
    public Exit Run(int cpu = 0)
    {
        int error = RunOn(cpu, out Exit exit);
        return error == 0 ? exit : throw new CaseFailedException($"VM_RUN of vCPU {cpu}", "an exit", Errors.NameOf(error));
    }

    /// <summary>The same, for a run that is to end with an error.</summary>
    public void ExpectRun(int error, int cpu = 0)
    {
        int seen = RunOn(cpu, out Exit exit);
        if (seen != error)
        {
            throw new CaseFailedException($"VM_RUN of vCPU {cpu}", Errors.NameOf(error), seen == 0 ? exit.ToString() : Errors.NameOf(seen));
        }
    }

    /// <summary>Runs to an exit with this code.</summary>
    public Exit RunTo(int code, int cpu = 0)
    {
        Exit exit = Run(cpu);
        return exit.Code == code ? exit : throw new CaseFailedException($"VM_RUN of vCPU {cpu}", $"exit code {code}", exit.ToString());
    }

    /// <summary>Runs to an OUT on this port.</summary>
    /// <returns>The byte that is output.</returns>
    public byte RunToPort(int port, int cpu = 0)
    {
        Exit exit = Run(cpu);
        return exit.Code == Exits.Inout && exit.Port == port && !exit.IsIn
            ? (byte)exit.Eax
            : throw new CaseFailedException($"VM_RUN of vCPU {cpu}", $"an OUT to port 0x{port:X}", exit.ToString());
    }

    /// <summary>Runs to a suspend for this reason.</summary>
    public void RunToSuspend(int reason, int cpu = 0)
    {
        Exit exit = Run(cpu);
        if (exit.Code != Exits.Suspended || exit.Reason != reason)
        {
            throw new CaseFailedException($"VM_RUN of vCPU {cpu}", $"SUSPENDED, reason {reason}", exit.ToString());
        }
    }

    /// <summary>Runs a vCPU on a thread of its own.</summary>
    public RunningVcpu Enter(int cpu = 0) => new(this, cpu);

    /// <summary>Runs a guest that counts in memory on a thread of its own, and waits until it does.</summary>
    public RunningVcpu EnterCounting(int cpu = 0)
    {
        RunningVcpu running = Enter(cpu);
        AwaitCounting();
        return running;
    }

    /// <summary>Waits until <see cref="GuestCode.CountForever"/> has counted on.</summary>
    public void AwaitCounting()
    {
        uint before = Count();
        host.Scope.Await("the guest has counted on", () => Count() != before);
    }

    public uint Count() => BitConverter.ToUInt32(Read(GuestCode.Counter, 4));

    private int RunOn(int cpu, out Exit exit)
    {
        int error;
        do
        {
            error = TryRun(out exit, cpu);
        }
        while (error == 0 && exit.Code is (Exits.ReqIdle or Exits.Bogus));

        return error;
    }
}
