using System.Text.Json;
using Xunit;

namespace VmmEngine.Cli.Tests;

/// <summary><c>vmm tables --json</c>: one array, every row of every table, complete members.</summary>
public sealed class TablesJsonTests
{
    private static readonly JsonElement[] Rows = [.. Invocation.Of("tables", "--json").Json.EnumerateArray()];

    [Fact]
    public void EveryCommandOfEveryTableFileIsListedAndNothingElse()
    {
        IEnumerable<string> inFiles = TableFiles.Rows.Where(row => !row.IsOperation).Select(row => $"{row.Table}.{row.Name}");

        Assert.Equal(inFiles.Order(), Rows.Select(row => $"{Text(row, "table")}.{Text(row, "name")}").Order());
    }

    [Fact]
    public void OperationsAreListedOnRequest()
    {
        JsonElement[] rows = [.. Invocation.Of("tables", "--operations", "--json").Json.EnumerateArray()];

        IEnumerable<string> inFiles = TableFiles.Rows.Select(row => $"{row.Table}.{row.Name}");
        Assert.Equal(inFiles.Order(), rows.Select(row => $"{Text(row, "table")}.{Text(row, "name")}").Order());
        Assert.All(rows.Where(row => row.GetProperty("value").ValueKind == JsonValueKind.Null), row => Assert.NotNull(Text(row, "handler")));
    }

    [Theory]
    [InlineData("/dev/vmmctl", 2)]
    [InlineData("/dev/vmm/NAME", 68)]
    [InlineData("OpenBsdBaseline", 12)]
    [InlineData("OpenBsdNewer", 11)]
    [InlineData("/dev/vmm", 23)]
    public void ADevicesCommandsAreAsManyAsItHas(string device, int count) =>
        Assert.Equal(count, Invocation.Of("tables", "--device", device, "--json").Json.GetArrayLength());

    [Fact]
    public void EveryObjectHasEveryMember() => Assert.All(Rows, row =>
    {
        Assert.NotEmpty(Text(row, "device")!);
        Assert.NotEmpty(Text(row, "section")!);
        Assert.InRange(row.GetProperty("number").GetInt32(), 0, 255);
        Assert.Contains(Text(row, "direction"), new[] { "IO", "IOR", "IOW", "IOWR", "IOWINT" });
        Assert.Matches("^0x[0-9A-F]{8}$", Text(row, "value"));
        Assert.Equal(JsonValueKind.Array, row.GetProperty("flags").ValueKind);
        Assert.Equal(JsonValueKind.Array, row.GetProperty("takes").ValueKind);
        Assert.True(row.GetProperty("not_yet").ValueKind is JsonValueKind.True or JsonValueKind.False);
        Assert.True(row.TryGetProperty("relaxed", out _));
        Assert.True(row.TryGetProperty("option", out _));
        Assert.EndsWith(".ioctls", Text(row, "file"), StringComparison.Ordinal);
        Assert.True(row.GetProperty("line").GetInt32() > 0);
        Assert.Equal(Text(row, "argument") is null, row.GetProperty("size").GetInt32() == 0);
    });

    [Fact]
    public void OnlyCommandsThatTheEngineSendsHaveNoHandler() => Assert.All(Rows, row =>
        Assert.Equal(Text(row, "table")!.StartsWith("Kvm", StringComparison.Ordinal), Text(row, "handler") is null));

    [Theory]
    [InlineData("VM_GET_REGISTER", "0xC0107615")]
    [InlineData("KVM_RUN", "0x0000AE80")]
    public void ValuesAreThoseOfTheKernelsHeaders(string name, string value) =>
        Assert.Equal(value, Text(Rows.Single(row => Text(row, "name") == name), "value"));

    private static string? Text(JsonElement row, string member) => row.GetProperty(member).GetString();
}
