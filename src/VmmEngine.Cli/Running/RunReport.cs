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
    string Guest, string Backend, string Result, string Detail, uint? GuestStatus, int ExitStatus, double Seconds, ulong? Instructions,
    IReadOnlyList<ExitRow> Exits, IReadOnlyDictionary<string, ulong> Uncovered, string? Console)
{
    /// <summary>Sums a run up.</summary>
    /// <param name="guest">What ran.</param>
    /// <param name="machine">Where.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="wrong">What is wrong with what the guest did, although it ended well; null if nothing is.</param>
    /// <param name="console">What it wrote, if the report is to carry that.</param>
    public static RunReport Of(GuestImage guest, Machine machine, MachineResult result, string? wrong, string? console) => new(
        guest.Name,
        machine.Backend,
        wrong is null ? Word(result.End) : "wrong",
        wrong ?? result.Detail,
        result.End == MachineEnd.Exited ? result.Status : null,
        wrong is null ? StatusOf(result) : ExitCode.Failure,
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
