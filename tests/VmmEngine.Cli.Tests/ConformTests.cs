using System.Text.Json;
using VmmEngine.Cli.CommandLine;
using VmmEngine.Cli.Conforming;
using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd;
using VmmEngine.Conformance.OpenBsd;
using Xunit;

namespace VmmEngine.Cli.Tests;

/// <summary><c>vmm conform</c>: the engine conforms, the report adds up, and a failure is neither hidden nor a success.</summary>
public sealed class ConformTests
{
    private static readonly ConformanceCase Passing = new("VM_RUN/passes", ["VM_RUN", "VM_REINIT"], "5", "Why it should.", _ => { });
    private static readonly ConformanceCase Failing = new("open/fails", [], "2.2", "Why it should not.", _ => { });

    public static TheoryData<string, int, int> Interfaces => new()
    {
        { "freebsd", 70, FreeBsdSuite.Instance.Cases.Count },
        { "openbsd", 23, OpenBsdSuite.Instance.Cases.Count },
    };

    [Theory]
    [MemberData(nameof(Interfaces))]
    public void TheSoftwareBackEndConforms(string name, int commands, int cases)
    {
        Invocation run = Invocation.Of("conform", "--interface", name, "--backend", "software", "--json");

        JsonElement report = run.Json;
        string[] failures = [.. report.GetProperty("results").EnumerateArray()
            .Where(result => result.GetProperty("outcome").GetString() == "failed")
            .Select(result => $"{result.GetProperty("name")}: {result.GetProperty("what")}: expected {result.GetProperty("expected")}, seen {result.GetProperty("seen")}")];
        Assert.Empty(failures);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal((name, "software"), (report.GetProperty("interface").GetString(), report.GetProperty("backend").GetString()));
        Assert.Equal(commands, report.GetProperty("commands").GetInt32());
        Assert.Equal(cases, report.GetProperty("cases").GetInt32());
        Assert.Equal(0, report.GetProperty("failed").GetInt32());
        Assert.Equal(
            report.GetProperty("cases").GetInt32(),
            report.GetProperty("passed").GetInt32() + report.GetProperty("skipped").GetInt32());
        Assert.All(report.GetProperty("results").EnumerateArray(), result => Assert.Equal(
            result.GetProperty("outcome").GetString() == "skipped", result.GetProperty("reason").ValueKind == JsonValueKind.String));
    }

    [Fact]
    public void CasesCanBeNamed()
    {
        Invocation run = Invocation.Of("conform", "VM_MMAP_MEMSEG/overlap-is-EFAULT", "VM_GET_TOPOLOGY/");

        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith("2 cases: 2 passed, 0 failed, 0 skipped\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("conform", "VM_MMAP_MEMSEK")]
    [InlineData("conform", "--backend", "hardware")]
    [InlineData("conform", "--interface", "netbsd")]
    public void WhatThereIsNotIsRefused(params string[] arguments) => Invocation.Of(arguments).AssertIsUserError($"'{arguments[^1]}'");

    [Fact]
    public void AFailureSaysWhatToLookAt()
    {
        ConformReport report = Report(
            new CaseResult(Passing, CaseOutcome.Passed, null, null, null, null, TimeSpan.Zero),
            new CaseResult(Failing, CaseOutcome.Failed, "the thing", "this", "that", null, TimeSpan.Zero),
            new CaseResult(Passing with { Name = "VM_RUN/skips" }, CaseOutcome.Skipped, null, null, null, "not here", TimeSpan.Zero));

        string page = Print(report);
        Assert.Equal((3, 1, 1, 1, 2), (report.Cases, report.Passed, report.Failed, report.Skipped, report.Commands));
        Assert.Contains("FAILED open/fails (2.2, opening the control device)", page, StringComparison.Ordinal);
        Assert.Contains("expected this, seen that", page, StringComparison.Ordinal);
        Assert.Contains("look at: vmm conform --interface freebsd --backend software open/fails\n", page, StringComparison.Ordinal);
        Assert.Contains("skipped 1: not here\n    VM_RUN/skips", page, StringComparison.Ordinal);
        Assert.EndsWith("freebsd on software: 2 commands, 3 cases: 1 passed, 1 failed, 1 skipped\n", page, StringComparison.Ordinal);
    }

    private static ConformReport Report(params CaseResult[] results) => ConformReport.Of(FreeBsdSuite.Instance, "software", results);

    private static string Print(ConformReport report)
    {
        using StringWriter output = new();
        ConformPage.Print(new Terminal(output, TextWriter.Null, outputIsTerminal: false, errorIsTerminal: false), report);
        return output.ToString();
    }
}
