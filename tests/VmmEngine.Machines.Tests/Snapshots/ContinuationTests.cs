using System.Text;
using VmmEngine.Guests;
using Xunit;

namespace VmmEngine.Machines.Tests.Snapshots;

/// <summary>A machine that goes on from a file does what the saved one does: the same registers, memory, output and count of instructions.</summary>
public sealed class ContinuationTests
{
    private static readonly RunLimits Long = new(TimeSpan.FromSeconds(60));

    /// <summary>Against a run that nobody has interrupted: before the timer runs, among its interrupts, in the middle of the output and of the work.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(25)]
    [InlineData(60)]
    [InlineData(120)]
    [InlineData(200)]
    [InlineData(400)]
    public void TheBuiltInGuestEndsAsIfNothingHadBeen(int exits)
    {
        using MemoryStream wholeConsole = new(), console = new();
        using Machine whole = BuiltIn(vcpus: 1, wholeConsole, out TestRegisters wholeDevice);
        MachineResult expected = whole.Run(Long);

        using TemporaryFile file = new();
        using (Machine first = BuiltIn(vcpus: 1, console, out _))
        {
            Assert.Equal(MachineEnd.ExitLimit, first.Run(Long with { MaxExits = (ulong)exits }).End);
            first.Save(file.Path);
        }

        using Machine second = Restored(file.Path, console, out TestRegisters device);
        MachineResult result = second.Run(Long);

        Assert.Equal((expected.End, expected.Status), (result.End, result.Status));
        Assert.Equal(SavedState.Of(whole), SavedState.Of(second));
        Assert.Equal(BuiltInGuest.Console(1), Encoding.ASCII.GetString(console.ToArray()));
        Assert.Equal((BuiltInGuest.Checksum, wholeDevice.Result), (device.Result, device.Result));
    }

    /// <summary>Two vCPUs take turns, which begin anew where a run is interrupted: against the saved machine itself.</summary>
    [Fact]
    public void TwoVcpusGoOnAsTheSavedOnesDo()
    {
        using TemporaryFile file = new();
        using MemoryStream console = new(), otherConsole = new();
        using Machine first = BuiltIn(vcpus: 2, console, out _);
        first.Run(Long with { MaxExits = 150 });
        first.Save(file.Path);
        using Machine second = Restored(file.Path, otherConsole, out TestRegisters device);
        Assert.Equal(SavedState.Of(first), SavedState.Of(second));

        Assert.Equal(MachineEnd.Exited, first.Run(Long).End);
        Assert.Equal(MachineEnd.Exited, second.Run(Long).End);

        Assert.Equal(SavedState.Of(first), SavedState.Of(second));
        Assert.Equal(BuiltInGuest.Checksum, device.Result);
    }

    /// <summary>Firmware: real mode, its image in a segment of its own, x87 and all devices of the board.</summary>
    [OnFirmware(BackendChoice.Software)]
    public void FirmwareGoesOn()
    {
        using TemporaryFile file = new();
        using Machine first = new(new MachineOptions { Backend = BackendChoice.Software });
        first.LoadBios(File.ReadAllBytes(OnFirmwareAttribute.Image));
        using MemoryStream log = new(), otherLog = new();
        first.Run(Long with { MaxExits = 100 });
        first.Save(file.Path);
        using Machine second = new(Machine.ReadSnapshot(file.Path).Options);
        second.Restore(file.Path);
        first.AttachDebugPort(log);
        second.AttachDebugPort(otherLog);

        MachineResult expected = first.Run(Long with { MaxExits = 100_000 });
        MachineResult result = second.Run(Long with { MaxExits = 100_000 });

        Assert.Equal((expected.End, expected.Detail), (result.End, result.Detail));
        Assert.Equal(SavedState.Of(first), SavedState.Of(second));
        Assert.True(log.Length != 0, $"{expected.End}, {expected.Detail}, {expected.Instructions} instructions");
        Assert.Equal(log.ToArray(), otherLog.ToArray());
    }

    /// <summary>Both have what the file has, neither sees the other, and the file stays as it is.</summary>
    [Fact]
    public void ManyMachinesStartFromOneFile()
    {
        using TemporaryFile file = new();
        using (Machine first = BuiltIn(vcpus: 1, Stream.Null, out _))
        {
            first.Run(Long with { MaxExits = 30 });
            first.Save(file.Path);
        }

        byte[] before = File.ReadAllBytes(file.Path);
        Machine[] machines = [.. Enumerable.Range(0, 5).Select(_ => Restored(file.Path, Stream.Null, out TestRegisters _))];
        string untouched = SavedState.Of(machines[4]);
        foreach (Machine machine in machines[..4])
        {
            Assert.Equal(untouched, SavedState.Of(machine));
            Assert.Equal(MachineEnd.Exited, machine.Run(Long).End);
        }

        Assert.Equal(SavedState.Of(machines[0]), SavedState.Of(machines[3]));
        Assert.Equal(untouched, SavedState.Of(machines[4]));
        Assert.Equal(before, File.ReadAllBytes(file.Path));
        foreach (Machine machine in machines)
        {
            machine.Dispose();
        }
    }

    /// <summary>A restored machine is saved like any other.</summary>
    [Fact]
    public void SavingARestoredMachineGivesTheSameFile()
    {
        using TemporaryFile file = new(), again = new();
        using Machine first = BuiltIn(vcpus: 1, Stream.Null, out _);
        first.Run(Long with { MaxExits = 77 });
        first.Save(file.Path);
        using Machine second = Restored(file.Path, Stream.Null, out _);
        second.Save(again.Path);

        Assert.Equal(File.ReadAllBytes(file.Path), File.ReadAllBytes(again.Path));
    }

    private static Machine BuiltIn(int vcpus, Stream console, out TestRegisters device)
    {
        Machine machine = new(new MachineOptions { Backend = BackendChoice.Software, Vcpus = vcpus, MemoryBytes = 4 << 20 });
        device = machine.LoadBuiltInGuest();
        machine.AttachSerial(console);
        return machine;
    }

    private static Machine Restored(string path, Stream console, out TestRegisters device)
    {
        Machine machine = new(Machine.ReadSnapshot(path).Options);
        device = machine.AttachTestRegisters();
        machine.AttachSerial(console);
        machine.Restore(path);
        return machine;
    }
}
