using VmmEngine.Cli.CommandLine;
using VmmEngine.Machines;

namespace VmmEngine.Cli.Running;

/// <summary>How a run went.</summary>
/// <param name="Guest">What ran.</param>
/// <param name="Backend">What executed it: kvm or software.</param>
/// <param name="Result">How it ended, in one word.</param>
/// <param name="Detail">How it ended, in a sentence.</param>
/// <param name="GuestStatus">What the guest wrote to the exit port; null if it ended otherwise.</param>
/// <param name="ExitStatus">What the process answers.</param>
/// <param name="Seconds">Wall-clock time.</param>
/// <param name="Instructions">Guest instructions, where the back end counts them.</param>
/// <param name="Exits">Exits by reason, most frequent first.</param>
/// <param name="Uncovered">Instructions that the software vCPU does not know and answered with #UD, with how often.</param>
/// <param name="Console">What the guest wrote to its serial line and debug port, if it was not shown or filed.</param>
internal sealed record RunReport(
    string Guest, string Backend, string Result, string Detail, int? GuestStatus, int ExitStatus, double Seconds, ulong? Instructions,
    IReadOnlyList<ExitRow> Exits, IReadOnlyDictionary<string, ulong> Uncovered, string? Console)
{
    public static RunReport Of(GuestImage guest, Machine machine, MachineResult result, string? console) => new(
        guest.Name,
        machine.Backend,
        Word(result.End),
        result.Detail,
        result.End == MachineEnd.Exited ? result.Status : null,
        StatusOf(result),
        result.Elapsed.TotalSeconds,
        result.Instructions,
        ExitRow.Of(result.Exits),
        machine.UncoveredInstructions,
        console);

    private static string Word(MachineEnd end) => end switch
    {
        MachineEnd.Exited => "exited",
        MachineEnd.Halted => "halted",
        MachineEnd.Reset => "reset",
        MachineEnd.TripleFault => "triple-fault",
        MachineEnd.Stopped => "stopped",
        MachineEnd.TimedOut => "timed-out",
        MachineEnd.ExitLimit => "exit-limit",
        _ => "failed",
    };

    private static int StatusOf(MachineResult result) => result.End switch
    {
        MachineEnd.Exited => result.Status == 0 ? ExitCode.Success : ExitCode.Failure,
        MachineEnd.Halted or MachineEnd.Reset => ExitCode.Success,
        MachineEnd.TripleFault => ExitCode.TripleFault,
        MachineEnd.TimedOut => ExitCode.TimedOut,
        MachineEnd.ExitLimit => ExitCode.ExitLimit,
        MachineEnd.Stopped => ExitCode.Interrupted,
        _ => ExitCode.GuestFailed,
    };
}
