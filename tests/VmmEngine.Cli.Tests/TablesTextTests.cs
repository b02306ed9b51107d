using VmmEngine.Cli.TableRows;
using VmmEngine.Tables;
using Xunit;

namespace VmmEngine.Cli.Tests;

/// <summary><c>vmm tables</c> for people: the list, one row followed through, lock reports, and what it refuses.</summary>
public sealed class TablesTextTests
{
    [Fact]
    public void TheListNamesEveryCommandOnALineOfItsOwn()
    {
        string[] lines = Invocation.Of("tables").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(TableFiles.Rows.Count(row => !row.IsOperation) + 1, lines.Length);
        Assert.DoesNotContain(lines, line => line.Contains('\u001b'));
    }

    [Fact]
    public void ARowIsFollowedFromItsLineToItsGeneratedCode()
    {
        Invocation run = Invocation.Of("tables", "vm_alloc_memseg");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("freebsd/vm.ioctls:", run.Output, StringComparison.Ordinal);
        Assert.Contains("XLOCK_MEMSEGS | LOCK_ALL_VCPUS", run.Output, StringComparison.Ordinal);
        Assert.Contains("  1. ", run.Output, StringComparison.Ordinal);
        Assert.Contains("It may wait", run.Output, StringComparison.Ordinal);
        Assert.Contains("public static int AllocateSegment(in VmCall call, ref vm_memseg argument)", run.Output, StringComparison.Ordinal);
        Assert.Contains("AllocateSegmentThunk(in VmCall call, void* argument)", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryRowWithAHandlerHasItsGeneratedCode()
    {
        foreach (TableListing table in TableListing.All)
        {
            foreach (CommandRow row in table.Rows.Where(row => row.Handler is not null))
            {
                string? code = GeneratedSource.FindMethods(table.Name, row.Handler!);
                Assert.True(code is not null, $"{table.Name}: {row.Name} has no generated code");
                Assert.Contains($" {row.Handler}(", code, StringComparison.Ordinal);
                Assert.Equal(row.Value is not null, code.Contains($" {row.Handler}Thunk(", StringComparison.Ordinal));
                Assert.Equal(row.Relaxed is not null, code.Contains($" {row.Handler}Relaxed(", StringComparison.Ordinal));
                Assert.Equal(code.Count(character => character == '{'), code.Count(character => character == '}'));
            }
        }
    }

    [Fact]
    public void ARowOfSeveralTablesIsFollowedInEachOfThem()
    {
        Assert.Equal(2, Invocation.Of("tables", "VMM_IOC_TERM", "--json").Json.GetArrayLength());
        Assert.Equal(1, Invocation.Of("tables", "VMM_IOC_TERM", "--device", "OpenBsdNewer", "--json").Json.GetArrayLength());
    }

    [Theory]
    [InlineData("md", "# Locks of /dev/vmmctl")]
    [InlineData("dot", "digraph ")]
    public void TheLockReportIsPrinted(string format, string start) =>
        Assert.StartsWith(start, Invocation.Of("tables", "--device", "/dev/vmmctl", "--report", format).Output, StringComparison.Ordinal);

    [Fact]
    public void AMisspeltRowIsRefusedWithTheNearestOne() =>
        Invocation.Of("tables", "VM_GET_REGISTR").AssertIsUserError("VM_GET_REGISTR", "Did you mean 'VM_GET_REGISTER'?");

    [Fact]
    public void AMisspeltDeviceIsRefusedWithTheNearestOne() =>
        Invocation.Of("tables", "--device", "/dev/vmctl").AssertIsUserError("/dev/vmctl", "Did you mean '/dev/vmmctl'?");

    [Fact]
    public void AnUnknownReportFormatIsRefused() => Invocation.Of("tables", "--report", "pdf").AssertIsUserError("'pdf'", "md, dot");

    [Fact]
    public void AnUnrelatedWordGetsNoSuggestion()
    {
        Invocation run = Invocation.Of("tables", "completely-different");

        run.AssertIsUserError("completely-different");
        Assert.DoesNotContain("Did you mean", run.Error, StringComparison.Ordinal);
    }
}
