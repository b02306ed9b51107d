using System.Runtime.InteropServices;
using VmmEngine.Cli.CommandLine;
using VmmEngine.Loaders;
using VmmEngine.Machines;
using VmmEngine.Snapshots;

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
            bool isStopping = false;

            // Not Machine.Stop: that means a run that has begun, and Ctrl-C may come before it has.
            CancellationTokenSource stop = new();
            using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
            {
                // The second one ends the process as it does any other: the output may wait for a reader that has stopped reading.
                signal.Cancel = !isStopping;
                isStopping = true;
                stop.Cancel();
            });
            terminal.Error.WriteLine($"vmm: running {plan.Guest.Name} on {machine.Backend} with {vcpus}; Ctrl-C stops it");
            MachineResult result = machine.Run(plan.Limits, stop.Token);
            console.EndLine();
            Save(terminal, plan, machine, result);
            string? wrong = result is { End: MachineEnd.Exited, Status: 0 } ? check?.Invoke(console.Text) : null;
            return RunReport.Of(plan.Guest, machine, result, wrong, asJson && plan.SerialFile is null ? console.Text : null);
        }
        catch (LoadException error)
        {
            throw new UserErrorException($"'{plan.Guest.Name}' cannot be loaded: {error.Message}");
        }
        catch (Exception error) when (error is MachineException or SnapshotException)
        {
            throw new UserErrorException(error.Message);
        }
    }

    // A guest that has ended has nothing to go on with.
    private static void Save(Terminal terminal, RunPlan plan, Machine machine, MachineResult result)
    {
        if (plan.SaveFile is not { } file)
        {
            return;
        }

        if (result.End is not (MachineEnd.Stopped or MachineEnd.TimedOut or MachineEnd.ExitLimit))
        {
            terminal.Error.WriteLine("vmm: not saved, because the guest has ended");
            return;
        }

        try
        {
            machine.Save(file);
        }
        catch (SnapshotException error)
        {
            throw new IOException(error.Message, error);
        }

        terminal.Error.WriteLine($"vmm: saved; vmm run --restore {file} goes on");
    }
}
