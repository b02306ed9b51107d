using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Interface;

namespace VmmEngine.Conformance.FreeBsd.Client;

/// <summary>A thread that runs a vCPU until an exit that is more than an invitation to call again.</summary>
internal sealed class RunningVcpu
{
    private readonly CaseThread _thread;
    private int _error;
    private int _reqIdle;
    private Exit? _exit;

    public RunningVcpu(VmClient vm, int cpu) => _thread = vm.Host.Scope.Start(() =>
    {
        do
        {
            _error = vm.TryRun(out Exit exit, cpu);
            _exit = exit;
            if (_error == 0 && exit.Code == Exits.ReqIdle)
            {
                Interlocked.Increment(ref _reqIdle);
            }
        }
        while (_error == 0 && _exit.Code is (Exits.ReqIdle or Exits.Bogus));
    });

    /// <summary>How often the vCPU has been thrown out of the guest for somebody else's command.</summary>
    public int ReqIdleExits => Volatile.Read(ref _reqIdle);

    public bool IsDone => _thread.IsDone;

    /// <summary>Waits for the exit.</summary>
    public Exit Wait()
    {
        int error = WaitForError();
        return error == 0 ? _exit! : throw new CaseFailedException("VM_RUN on a second thread", "an exit", Errors.NameOf(error));
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>0 or the errno.</returns>
    public int WaitForError()
    {
        _thread.Join();
        return _error;
    }
}
