using VmmEngine.Memory;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Machines.Tests.Snapshots;

/// <summary>What the README shows of snapshots compiles and does what it says.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void TheProgramRuns()
    {
        byte[] code = [0xB0, 0x2A, 0xE6, 0xF4, 0xF4]; // mov al, 42; out 0xF4, al; hlt
        using Machine machine = new(new MachineOptions { Backend = BackendChoice.Software, MemoryBytes = 1 << 20 });
        machine.LoadFlat(code, new Gpa(0x1000));
        try
        {
            Program(machine);
        }
        finally
        {
            File.Delete("guest.snapshot");
        }
    }

    [Fact]
    public void TheProgramIsTheOneInTheReadme() => ReadmePrograms.AssertShown("VmmEngine.Machines.Tests", "Snapshots/ReadmeTests.cs");

    private static void Program(Machine machine)
    {
        // README: begin
        machine.Save("guest.snapshot");

        using Machine other = new(Machine.ReadSnapshot("guest.snapshot").Options);
        other.Restore("guest.snapshot");
        MachineResult rest = other.Run();
        // README: end

        Assert.Equal((MachineEnd.Exited, 42u), (rest.End, rest.Status));
    }
}
