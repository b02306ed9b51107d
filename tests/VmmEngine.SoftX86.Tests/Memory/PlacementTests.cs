using Iced.Intel;
using VmmEngine.SoftX86.Tests.Oracle;

namespace VmmEngine.SoftX86.Tests.Memory;

/// <summary>Every form with a memory operand does the same wherever the operand lies.</summary>
public sealed class PlacementTests
{
    private const int States = 6;
    private const int FewestForms = 200;

    [Theory]
    [InlineData(Placement.Code)]
    [InlineData(Placement.Device)]
    [InlineData(Placement.Crossing)]
    [InlineData(Placement.IntoDevice)]
    [InlineData(Placement.OutOfDevice)]
    internal void AnOperandIsAnOperandWhereverItLies(Placement placement)
    {
        using PlacedRunner expected = new(Placement.Memory);
        using PlacedRunner actual = new(placement);
        InstructionForm[] forms = [.. FormCatalogue.All().Where(form => form.Memory && IsCovered(form))];
        Assert.True(forms.Length >= FewestForms, $"{forms.Length} forms");

        List<string> failures = FormComparison.Run(forms, expected, actual, States, seed: 11);

        Assert.True(failures.Count == 0, $"{failures.Count} failures\n" + string.Join('\n', failures.Take(12)));
        Assert.Equal(0, expected.Exits);
        Assert.Equal(placement is Placement.Device or Placement.IntoDevice or Placement.OutOfDevice, actual.Exits > 0);
    }

    private static bool IsCovered(InstructionForm form)
    {
        Random random = new(3);
        for (int i = 0; i < 20; i++)
        {
            if (Oracle.Operands.TryBuild(form, random, out _) is { } instruction)
            {
                return PlacedRunner.Covers(in instruction);
            }
        }

        return false;
    }
}
