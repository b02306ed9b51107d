using System.Runtime.InteropServices;
using VmmEngine.Cli.CommandLine;
using VmmEngine.Loaders;
using VmmEngine.Machines;

namespace VmmEngine.Cli.Running;

/// <summary>Builds the machine of a plan, runs it, and takes it down again.</summary>
internal static class GuestRun
{
    public static RunReport Execute(Terminal terminal, RunPlan plan, bool asJson)
    {
        try
        {
            using ConsoleOutput console = ConsoleOutput.For(terminal, plan.SerialFile, onlyKeeps: asJson);
            using Machine machine = new(plan.Options);
            GuestCheck? check = plan.Guest.LoadInto(machine);
            machine.AttachSerial(console);
            machine.AttachDebugPort(console);

            string vcpus = plan.Options.Vcpus == 1 ? "1 vCPU" : $"{plan.Options.Vcpus} vCPUs";
            using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
            {
                signal.Cancel = true;
                machine.Stop();
            });
            terminal.Error.WriteLine($"vmm: running {plan.Guest.Name} on {machine.Backend} with {vcpus}; Ctrl-C stops it");
            MachineResult result = machine.Run(plan.Limits);
            console.EndLine();
            string? wrong = result is { End: MachineEnd.Exited, Status: 0 } ? check?.Invoke(console.Text) : null;
            return RunReport.Of(plan.Guest, machine, result, wrong, asJson && plan.SerialFile is null ? console.Text : null);
        }
        catch (Exception error) when (error is MachineException or LoadException)
        {
            throw new UserErrorException(error.Message);
        }
    }
}
