using System.Text.RegularExpressions;
using VmmEngine.Cli.CommandLine;
using Xunit;

namespace VmmEngine.Cli.Tests;

/// <summary><c>vmm tables</c>: what it refuses, and what it leaves out where there is no room.</summary>
public sealed class TablesRefusalTests
{
    [Fact]
    public void ARowOfAnotherDeviceIsMissedInThatDevicesTables() =>
        Invocation.Of("tables", "VM_RUN", "--device", "/dev/vmmctl")
            .AssertIsUserError("'VM_RUN' in the tables of '/dev/vmmctl'", "vmm tables --operations --device /dev/vmmctl");

    [Theory]
    [InlineData("VM_RUN")]
    [InlineData("--json")]
    [InlineData("--operations")]
    public void AReportIsPrintedAlone(string other) => Invocation.Of("tables", other, "--report", "md").AssertIsUserError("'--report'", "Leave out");

    [Theory]
    [InlineData(80)]
    [InlineData(160)]
    public void NoNameIsBrokenInATerminal(int width)
    {
        using StringWriter output = new();
        Terminal terminal = new(output, TextWriter.Null, outputIsTerminal: true, errorIsTerminal: false);
        terminal.People.Profile.Width = width;

        Assert.Equal(0, VmmCommand.Run(["tables"], terminal));

        string[] lines = Regex.Replace(output.ToString(), "\u001b\\[[0-9;]*m", "").Split('\n');
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        Assert.All(
            TableRows.TableListing.All.SelectMany(table => table.Rows).Where(row => row.Value is not null),
            row => Assert.Contains(lines, line => line.Contains($" {row.Name} ", StringComparison.Ordinal)));
    }
}
