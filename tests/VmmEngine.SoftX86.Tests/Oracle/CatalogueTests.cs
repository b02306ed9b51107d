namespace VmmEngine.SoftX86.Tests.Oracle;

[Collection(GuestDataUsers.Name)]
public class CatalogueTests
{
    /// <summary>A form that can never be built or prepared would be compared with nothing, silently.</summary>
    [NativeFact]
    public void EveryFormCanBeExecutedByTheHost()
    {
        List<InstructionForm> forms = [.. FormCatalogue.All()];
        List<string> failed = [];
        using var native = new NativeRunner();
        byte[] data = new byte[GuestData.Length];
        Random random = new(1);
        foreach (InstructionForm form in forms)
        {
            int executed = 0;
            for (int i = 0; i < 200 && executed < 3; i++)
            {
                if (Operands.TryBuild(form, random, out byte[] bytes) is { } instruction
                    && StatePreparation.TryPrepare(instruction, random, out MachineState state, data))
                {
                    Assert.Null(native.Run(bytes, ref state, data));
                    executed++;
                }
            }

            if (executed < 3)
            {
                failed.Add(form.ToString());
            }
        }

        Assert.Empty(failed);
        Assert.InRange(forms.Count, 1000, int.MaxValue);
    }
}
