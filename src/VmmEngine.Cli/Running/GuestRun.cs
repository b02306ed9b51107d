using System.Runtime.InteropServices;
using System.Text;
using VmmEngine.Cli.CommandLine;
using VmmEngine.Loaders;
using VmmEngine.Machines;

namespace VmmEngine.Cli.Running;

/// <summary>Builds the machine of a plan, runs it, and takes it down again.</summary>
internal static class GuestRun
{
    public static RunReport Execute(Terminal terminal, RunPlan plan, bool capturesConsole)
    {
        try
        {
            using Machine machine = new(plan.Options);
            plan.Guest.LoadInto(machine);
            using ConsoleOutput console = ConsoleOutput.For(terminal, plan.SerialFile, capturesConsole);
            machine.AttachSerial(console.Stream);
            machine.AttachDebugPort(console.Stream);

            terminal.Error.WriteLine($"vmm: running {plan.Guest.Name} on {machine.Backend}, {plan.Options.Vcpus} vCPU{(plan.Options.Vcpus == 1 ? "" : "s")}; Ctrl-C stops it");
            using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
            {
                signal.Cancel = true;
                machine.Stop();
            });
            MachineResult result = machine.Run(plan.Limits);
            return RunReport.Of(plan.Guest, machine, result, console.Captured);
        }
        catch (Exception error) when (error is MachineException or LoadException)
        {
            throw new UserErrorException(error.Message);
        }
    }
}
