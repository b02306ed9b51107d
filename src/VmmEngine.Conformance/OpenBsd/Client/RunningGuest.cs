using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Interface;

namespace VmmEngine.Conformance.OpenBsd.Client;

/// <summary>A thread that runs a vCPU until there is something to help with, or an error.</summary>
internal sealed class RunningGuest
{
    private readonly Guest _guest;
    private readonly CaseThread _thread;
    private int _error;
    private Exit? _exit;

    public RunningGuest(Guest guest)
    {
        _guest = guest;
        _thread = guest.Host.Scope.Start(() =>
        {
            do
            {
                _error = guest.TryRun(out Exit exit);
                _exit = exit;
            }
            while (_error == 0 && _exit.Reason == Exits.None);
        });
    }

    public bool IsDone => _thread.IsDone;

    /// <summary>Takes it out of the guest, which has interrupts enabled, with a client's interrupt. One that comes before a run begins is forgotten by it.</summary>
    public Exit Stop()
    {
        _guest.Host.Scope.Await("the run has come out", () =>
        {
            _guest.Interrupt(1);
            return IsDone;
        });
        return Wait();
    }

    /// <summary>Waits for the exit.</summary>
    public Exit Wait()
    {
        int error = WaitForError();
        return error == 0 ? _exit! : throw new CaseFailedException("VMM_IOC_RUN on a second thread", "an exit", Errors.NameOf(error));
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>0 or the errno.</returns>
    public int WaitForError()
    {
        _thread.Join();
        return _error;
    }
}
