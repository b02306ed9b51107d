using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Interface;

namespace VmmEngine.Conformance.OpenBsd.Client;

/// <content>Running the vCPU.</content>
internal sealed partial class Guest
{
    /// <summary>inc dword [9000h], for ever, with interrupts enabled: a client's interrupt takes it out.</summary>
    public static ReadOnlySpan<byte> CountWithInterrupts => [0xFB, 0x66, 0xFF, 0x06, 0x00, 0x90, 0xEB, 0xF9];

    /// <summary>The client's vm_exit of every run.</summary>
    public Struct ExitBytes { get; } = new(Exits.Size);

    /// <summary>VMM_IOC_RUN once.</summary>
    public int TryRun(out Exit exit, bool answers = false, Injection inject = default, bool pending = false)
    {
        Struct run = Structs.Run(Revision, Id, ExitBytes, answers: answers, inject: inject, pending: pending);
        int error = Host.Ioctl(Revision.Run, run);
        exit = new Exit(ExitBytes, run.U16(Revision.RunReason), run.U8(Revision.RunReady) != 0);
        return error;
    }

    /// <summary>VMM_IOC_RUN until there is something to help with: a run that is asked to yield is called again, as every client does.</summary>
    public Exit Run(bool answers = false, Injection inject = default, bool pending = false)
    {
        int error = TryRun(out Exit exit, answers, inject, pending);
        while (error == 0 && exit.Reason == Exits.None)
        {
            error = TryRun(out exit, pending: pending);
        }

        return error == 0 ? exit : throw new CaseFailedException("VMM_IOC_RUN", "an exit", Errors.NameOf(error));
    }

    /// <summary>Runs to an exit for this reason.</summary>
    public Exit RunTo(int reason, bool answers = false, Injection inject = default, bool pending = false)
    {
        Exit exit = Run(answers, inject, pending);
        return exit.Reason == reason ? exit : throw new CaseFailedException("VMM_IOC_RUN", Exits.NameOf(reason), exit.ToString());
    }

    /// <summary>Runs to an access to this port.</summary>
    public Exit RunToPort(int port, bool answers = false, Injection inject = default, bool pending = false)
    {
        Exit exit = RunTo(Exits.Io, answers, inject, pending);
        return exit.Port == port ? exit : throw new CaseFailedException("VMM_IOC_RUN", $"port 0x{port:X}", exit.ToString());
    }

    /// <summary>Answers a port's exit: RIP goes behind the instruction.</summary>
    public Exit Answer(Exit exit, Injection inject = default, bool pending = false)
    {
        exit.Registers.SetGpr(RegisterState.Rip, exit.Rip + (ulong)(exit.Reason == Exits.Io ? exit.PortLength : exit.FaultLength));
        return Run(answers: true, inject, pending);
    }

    /// <summary>A run that is to end with an error.</summary>
    public void ExpectRun(int error, bool answers = false)
    {
        int seen;
        Exit exit;
        do
        {
            seen = TryRun(out exit, answers);
        }
        while (seen == 0 && exit.Reason == Exits.None);

        if (seen != error)
        {
            throw new CaseFailedException("VMM_IOC_RUN", Errors.NameOf(error), seen == 0 ? exit.ToString() : Errors.NameOf(seen));
        }
    }

    /// <summary>Runs to an exception's or interrupt's handler, which tells its vector.</summary>
    public Exit RunToHandler(byte vector, bool answers = false, Injection inject = default)
    {
        Exit exit = RunToPort(GuestCode.Vector, answers, inject);
        Check.Equal("the handler's vector", vector, (byte)exit.Data);
        return exit;
    }

    /// <summary>Runs a guest that counts on a thread of its own, and waits until it does.</summary>
    public RunningGuest EnterCounting()
    {
        LoadRealMode(CountWithInterrupts);
        RunningGuest running = new(this);
        AwaitCounting();
        return running;
    }

    public void AwaitCounting()
    {
        uint before = Counter;
        Host.Scope.Await("the guest has counted on", () => Counter != before);
    }
}
