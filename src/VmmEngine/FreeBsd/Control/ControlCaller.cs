using VmmEngine.Devices;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>One thread inside the control device. Belongs to that thread from <see cref="Begin"/> to <see cref="End"/>.</summary>
internal sealed unsafe class ControlCaller(FreeBsdHost host)
{
    /// <summary>The host.</summary>
    public FreeBsdHost Host { get; } = host;

    /// <summary>The thread's line, kept for the next thread.</summary>
    public CallerLine* Line { get; } = host.LockMemory.RentLine();

    /// <summary>On whose behalf.</summary>
    public Credential Credential { get; private set; } = Credential.Superuser;

    /// <summary>The open file that the call came through; null for a step of the engine's own.</summary>
    public ControlHandle? Handle { get; private set; }

    /// <summary>The VM that one locked step hands to the next.</summary>
    public Vm? Vm { get; set; }

    public void Begin(Credential credential, ControlHandle? handle)
    {
        Credential = credential;
        Handle = handle;
    }

    public void End()
    {
        Handle = null;
        Vm = null;
    }
}
